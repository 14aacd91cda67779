import type { PaymentsReport } from '@matinee/sdk';
import type { CsvColumn } from './csv.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

type Figures = PaymentsReport['totals'][number];
/** A day, or a total, which has no date. */
type Row = Figures & { date?: string };

/** Formats the report with a total for each provider and currency. */
export function showPaymentsReport(
  report: PaymentsReport,
  { paint, width }: { paint: Paint; width: number | undefined },
): string {
  const head = paint.bold(`Payments by date (UTC), ${report.from} to ${report.to}`);
  const { rows, totals } = report;
  const body =
    rows.length === 0
      ? 'No payments on these days.'
      : table<Row>(columns, rows, { paint, width, totals });
  return `${head}\n\n${body}`;
}

const columns: readonly Column<Row>[] = [
  { title: 'DATE', value: (row) => row.date ?? 'Total' },
  { title: 'PROVIDER', value: (row) => row.provider },
  { title: 'CURRENCY', value: (row) => row.currency, drops: 3 },
  { title: 'PAYMENTS', value: (row) => row.payments, align: 'right', drops: 2 },
  { title: 'CAPTURED', value: (row) => row.captured, align: 'right' },
  { title: 'REFUNDS', value: (row) => row.refunds, align: 'right', drops: 1 },
  { title: 'REFUNDED', value: (row) => row.refunded, align: 'right' },
  { title: 'CHARGED BACK', value: (row) => row.chargedBack, align: 'right' },
  { title: 'NET', value: (row) => row.net, align: 'right' },
];

/** The columns of the report as CSV, with the names of the API. Spreadsheets compute totals. */
export const paymentsReportCsv: readonly CsvColumn<PaymentsReport['rows'][number]>[] = [
  { name: 'date', value: (row) => row.date },
  { name: 'provider', value: (row) => row.provider },
  { name: 'currency', value: (row) => row.currency },
  { name: 'payments', value: (row) => row.payments },
  { name: 'captured', value: (row) => row.captured },
  { name: 'refunds', value: (row) => row.refunds },
  { name: 'refunded', value: (row) => row.refunded },
  { name: 'chargedBack', value: (row) => row.chargedBack },
  { name: 'net', value: (row) => row.net, isAmount: true },
];
