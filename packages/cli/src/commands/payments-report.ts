import type { Command } from 'commander';
import { asJson, csvOption, examples, given, runs } from '../command.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { paymentsReportCsv, showPaymentsReport } from '../output/payments-report.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface PaymentsReportOptions extends Format, SiteOption {
  from?: string;
  to?: string;
}

/** Adds the report about money, which counts days in UTC and has no groups. */
export function addPaymentsReport(reports: Command, terminal: Terminal): void {
  const command = asJson(reports.command('payments'))
    .description('money that each payment provider took and returned')
    .addOption(csvOption())
    .option('--from <date>', 'first day (YYYY-MM-DD) in UTC; default: 29 days before --to')
    .option('--to <date>', 'last day in UTC; default: today')
    .option('--site <site>', 'only this cinema: name or id');
  examples(command, [
    'matinee reports payments --from 2026-12-01 --to 2026-12-31',
    'matinee reports payments --csv > payments.csv',
  ]);
  runs<PaymentsReportOptions>(command, terminal, reportPayments);
}

async function reportPayments(session: Session, options: PaymentsReportOptions): Promise<void> {
  const matinee = await session.matinee();
  const report = await matinee.admin.reports.payments({
    ...given(options, ['from', 'to']),
    ...(await siteOf(session, options)),
  });
  const { paint, width } = session;
  if (options.csv) {
    session.writeCsv(paymentsReportCsv, report.rows);
  } else if (!options.json && width === undefined) {
    session.writeTsv(
      paymentsReportCsv.map(({ value }) => value),
      report.rows,
    );
  } else {
    session.print(options, report, () => showPaymentsReport(report, { paint, width }));
  }
}
