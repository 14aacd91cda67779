import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    'create-admin': 'src/create-admin.ts',
    backup: 'src/backup.ts',
    restore: 'src/restore.ts',
    // The printer of tickets starts it as a process, by its file name.
    'ticket-press': 'src/tickets/ticket-press.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
