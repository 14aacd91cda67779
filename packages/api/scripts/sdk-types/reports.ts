import { z } from 'zod';
import {
  CapacityInput,
  CapacityReport,
  OccupancyInput,
  OccupancyReport,
  RevenueInput,
  RevenueReport,
  rowKeys,
} from '../../src/reports/schema.ts';
import { docComment } from './doc-comment.ts';
import { definitionOf, indent } from './type-text.ts';
import type { TypeText } from './type-text.ts';

/** The reports whose rows depend on `groupBy`, by the procedures that return them. */
export const groupedReports: ReadonlyMap<string, GroupedReport> = new Map([
  ['admin.reports.capacity', grouped('CapacityReport', CapacityReport, CapacityInput)],
  ['admin.reports.revenue', grouped('RevenueReport', RevenueReport, RevenueInput)],
  ['admin.reports.occupancy', grouped('OccupancyReport', OccupancyReport, OccupancyInput)],
]);

interface GroupedReport {
  name: string;
  shape: z.ZodRawShape & { groupBy: z.ZodType; totals: z.ZodType };
  defaultGroup: string;
}

function grouped(
  name: string,
  { shape }: { shape: GroupedReport['shape'] },
  input: { shape: { groupBy: z.ZodType } },
): GroupedReport {
  return { name, shape, defaultGroup: String(input.shape.groupBy.parse(undefined)) };
}

/**
 * Writes these reports as generic types: `RevenueReport<'date'>` has rows with a `date`. Without an
 * argument any key of a row may be there, as the router says.
 */
export function declareReports(types: TypeText): void {
  for (const { name, shape } of groupedReports.values()) {
    const figures = name.replace('Report', 'Figures');
    const group = name.replace('Report', 'GroupBy');
    types.declare(figures, shape.totals, 'output');
    types.interfaces.set(group, groupType(types, { group, groupBy: shape.groupBy }));
    const { rows: _rows, totals: _totals, groupBy: _groupBy, ...rest } = shape;
    const body = types.body(definitionOf(z.object(rest)), 'output').replace(/\}$/, '');
    types.interfaces.set(
      name,
      docComment(['Its rows have the keys that belong to `groupBy`.']) +
        `export interface ${name}<By extends ${group} = ${group}> ${body}` +
        '  /** What each row stands for. */\n  groupBy: By;\n' +
        `  /** One row for each of them. */\n  rows: ReportRow<By, ${group}, ${figures}>[];\n` +
        `  /** Over all rows. */\n  totals: ${figures};\n}`,
    );
  }
  types.interfaces.set(
    'ReportRowKeys',
    `/** The keys of a row, by \`groupBy\`. */\n${keys(types)}`,
  );
  types.interfaces.set('ReportRow', row);
}

function groupType(
  types: TypeText,
  { group, groupBy }: { group: string; groupBy: z.ZodType },
): string {
  return `export type ${group} = ${types.of(groupBy, 'output')};`;
}

function keys(types: TypeText): string {
  const fields = Object.entries(rowKeys).map(
    ([group, shape]) =>
      `/** A ${group === 'date' ? 'day' : group}. */\n${group}: ${types.body(definitionOf(z.object(shape)), 'output')};\n`,
  );
  return `export interface ReportRowKeys {\n${indent(fields.join(''))}}`;
}

const row = `/** A row: its figures, and the keys of its group; while the group is not known, any of them. */
export type ReportRow<By extends keyof ReportRowKeys, All, Figures> = Figures &
  ([All] extends [By] ? AnyRowKey : ReportRowKeys[By]);

type KeyOfAny<Keys> = Keys extends unknown ? keyof Keys : never;
type ValueOfAny<Keys, Key> = Keys extends unknown
  ? Key extends keyof Keys
    ? Keys[Key]
    : never
  : never;
type AnyRowKey = {
  [Key in KeyOfAny<ReportRowKeys[keyof ReportRowKeys]>]?:
    | ValueOfAny<ReportRowKeys[keyof ReportRowKeys], Key>
    | undefined;
};`;
