import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyOf, freePorts, lacks, ownUser, start } from './programs.ts';
import type { Copy, Running } from './programs.ts';

/* HAProxy with `deploy/haproxy/database.cfg`, in front of nodes that say what Patroni says of them. */

/** A node: what stands for PostgreSQL says its name, and what stands for Patroni says its role. */
interface Node {
  role: 'primary' | 'replica' | 'down';
  postgres: Server;
  patroni: Server;
}

async function startNode(name: string, role: Node['role']): Promise<Node> {
  const postgres = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(name);
  });
  const patroni = createHttpServer((req, res) => {
    const asked = /^\/(\w+)(\?lag=16MB)?$/.exec(req.url ?? '')?.[1];
    res.writeHead(asked === node.role ? 200 : 503).end();
  });
  const node: Node = { role, postgres, patroni };
  for (const server of [postgres, patroni]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return node;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A session: the node that it is on, and whether it has ended. */
interface Session {
  socket: Socket;
  node: string;
  isOver: boolean;
}

function openSession(port: number): Session {
  const session: Session = { socket: connect(port, '127.0.0.1'), node: '', isOver: false };
  session.socket.on('data', (chunk) => (session.node += chunk.toString()));
  session.socket.on('error', () => {});
  session.socket.on('close', () => (session.isOver = true));
  return session;
}

describe.skipIf(lacks('haproxy'))('HAProxy in front of the database', () => {
  let nodes: Node[];
  let copy: Copy;
  let haproxy: Running | undefined;
  let primary: number;
  let replicas: number;
  const sessions: Session[] = [];

  beforeEach(async () => {
    nodes = [
      await startNode('node1', 'primary'),
      await startNode('node2', 'replica'),
      await startNode('node3', 'replica'),
    ];
    copy = await copyOf('haproxy');
    [primary = 0, replicas = 0] = await freePorts(2);
  });

  afterEach(async () => {
    sessions.splice(0).forEach(({ socket }) => socket.destroy());
    await haproxy?.stop();
    for (const { postgres, patroni } of nodes) {
      postgres.close();
      patroni.close();
    }
    await copy.remove();
  });

  /** Starts HAProxy and waits until it knows the primary and the two replicas. */
  async function startHaproxy(changes: Record<string, string> = {}): Promise<void> {
    const addresses = nodes.map(({ postgres, patroni }, index) => [
      `10.0.0.1${index + 1}:5432 check port 8008`,
      `127.0.0.1:${portOf(postgres)} check port ${portOf(patroni)}`,
    ]);
    await copy.change({
      ...changes,
      ...ownUser,
      ...Object.fromEntries(addresses),
      '127.0.0.1:5000': `127.0.0.1:${primary}`,
      '127.0.0.1:5001': `127.0.0.1:${replicas}`,
    });
    haproxy = await start('haproxy', ['-f', path.join(copy.dir, 'database.cfg')], {
      isReady: () => leadsTo('node1'),
    });
  }

  /** The node to which a new session leads; empty if it ends without one. */
  function nodeAt(port: number): Promise<string> {
    const session = openSession(port);
    sessions.push(session);
    return new Promise((resolve) => {
      session.socket.once('data', (chunk) => resolve(chunk.toString()));
      session.socket.once('close', () => resolve(''));
    });
  }

  /** Whether all sessions lead to this node. Until it knows better, HAProxy takes turns. */
  async function leadsTo(name: string): Promise<boolean> {
    const led = await Promise.all([primary, primary, primary].map(nodeAt));
    return led.every((node) => node === name);
  }

  const patient = { timeout: 10_000, interval: 20 };

  test('sends a session to the primary, wherever it moves', async () => {
    await startHaproxy();
    const [one, two] = nodes;
    Object.assign(one ?? {}, { role: 'replica' });
    Object.assign(two ?? {}, { role: 'primary' });
    await vi.waitFor(async () => expect(await nodeAt(primary)).toBe('node2'), patient);
    await vi.waitFor(async () => expect(await nodeAt(replicas)).not.toBe('node2'), patient);
  });

  test.each([
    ['ends the sessions of a node that is no longer primary', {}, true],
    ['would leave them there (control)', { ' on-marked-down shutdown-sessions': '' }, false],
  ])('%s', async (_what, changes, isOver) => {
    await startHaproxy(changes);
    const old = openSession(primary);
    sessions.push(old);
    await vi.waitFor(() => expect(old.node).toBe('node1'), patient);
    Object.assign(nodes[0] ?? {}, { role: 'replica' });
    Object.assign(nodes[1] ?? {}, { role: 'primary' });
    await vi.waitFor(async () => expect(await leadsTo('node2')).toBe(true), patient);
    await vi.waitFor(() => expect(old.isOver).toBe(isOver), patient);
  });

  test.each([
    ['refuses a session immediately when the primary is gone', {}, true],
    ['would try for seconds (control)', { 'retries 0': 'retries 3' }, false],
  ])('%s', async (_what, changes, isImmediate) => {
    await startHaproxy(changes);
    // Patroni has not noticed yet.
    nodes[0]?.postgres.close();
    const began = performance.now();
    expect(await nodeAt(primary)).toBe('');
    expect(performance.now() - began < 2_000).toBe(isImmediate);
  });
});
