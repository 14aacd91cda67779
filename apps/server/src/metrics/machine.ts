import { statfs } from 'node:fs/promises';
import type { App } from '@matinee/api';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** This process and its machine: the version, viewers of live maps, the disk. */
export function observeMachine(app: App, registers: Registry[]): void {
  new Gauge({
    name: 'matinee_build_info',
    help: 'Always 1; the labels have the version of Matinee and of Node.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: app.config.version, node: process.version }, 1);
  const viewers = new Gauge({
    name: 'matinee_live_map_viewers',
    help: 'Viewers of live seat maps on this server.',
    registers,
    collect: () => {
      viewers.set(app.viewers.count);
    },
  });
  const shows = new Gauge({
    name: 'matinee_live_map_shows',
    help: 'Showtimes whose live seat map is watched on this server; each is read four times a second.',
    registers,
    collect: () => {
      shows.set(app.seatMaps.watched);
    },
  });
  observeDisk(app.config.dataDir, registers);
}

/** Both gauges of a page share one reading. */
function observeDisk(folder: string, registers: Registry[]): void {
  const size = new Gauge({
    name: 'matinee_disk_size_bytes',
    help: 'Size of the disk that has DATA_DIR.',
    registers,
  });
  const free = new Gauge({
    name: 'matinee_disk_free_bytes',
    help: 'Free space for the server on the disk that has DATA_DIR.',
    registers,
    collect: async () => {
      const disk = await statfs(folder).catch(() => undefined);
      if (disk) {
        size.set(disk.blocks * disk.bsize);
        free.set(disk.bavail * disk.bsize);
      }
    },
  });
}
