import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { consequences, OutboxWorker, seedDemo } from '@matinee/api';
import { expect, onTestFinished, test } from 'vitest';
import { rootDir } from '../src/root-dir.ts';
import { createWebhookSender } from '../src/webhook-sender.ts';
import { run } from './run.ts';
import { startTestServer } from './server.ts';

/* The commands and the receiver of docs/webhooks.md, but for the commands of the command itself. */

const guide = new URL('../../../docs/webhooks.md', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

test.skipIf(!hasCurl)('a receiver gets a ping and a movie', { timeout: 60_000 }, async () => {
  const rules = { allowPrivate: true, isProduction: false };
  const webhooks = createWebhookSender(rules);
  const server = await startTestServer({ webhooks: rules }, undefined, { webhooks });
  const worker = new OutboxWorker(server.app, consequences);
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-webhooks-'));
  onTestFinished(async () => {
    await worker.stop();
    await webhooks.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  await seedDemo(server.app);
  worker.start();
  const port = await freePort();
  const text = (await readFile(guide, 'utf8'))
    .replaceAll('http://127.0.0.1:8000', server.url)
    .replaceAll(':3000/', `:${port}/`)
    .replace('listen(3000,', `listen(${port},`);
  const [first = '', ...others] = blocksOf(text, 'sh').filter((block) => !block.includes('npx'));
  const [code = ''] = blocksOf(text, 'js');
  await mkdir(path.join(folder, 'node_modules/@matinee'), { recursive: true });
  await symlink(path.join(rootDir, 'packages/sdk'), path.join(folder, 'node_modules/@matinee/sdk'));
  await writeFile(path.join(folder, 'receiver.mjs'), code);
  const env = { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
  const script = (lines: string) => run('bash', ['--norc', '-uc', lines], { env, cwd: folder });

  expect(await script(first)).toMatchObject({ code: 0, err: '' });
  const receiver = spawn(process.execPath, ['receiver.mjs'], { cwd: folder, env });
  onTestFinished(() => void receiver.kill());
  let printed = '';
  receiver.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  receiver.stderr.on('data', (part: Buffer) => (printed += part.toString()));
  await expect.poll(() => canConnect(port)).toBe(true);
  const again = first.split('\n').slice(0, 3).join('\n');
  const { code: status, err, out } = await script([again, ...others].join('\n'));
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).not.toContain('"success":false');
  await expect.poll(() => printed, { timeout: 10_000 }).toContain('contentRating');
  expect(printed).toContain('ping { webhookId:');
});

function blocksOf(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, block = '']) => block);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function canConnect(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
