/** The page over the scripted backend, built and served as for release: a press is as quick as in the app. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, createServer, preview } from 'vite';

const root = path.dirname(import.meta.dirname);

/** Its address, the names of its scenes, and its end. */
export async function serve() {
  const outDir = await mkdtemp(path.join(tmpdir(), 'pizoo-page-'));
  // The scripted backend is part of development builds only; all else is as released.
  const define = { 'import.meta.env.DEV': 'true' };
  await build({ root, define, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const modules = await createServer({ root, logLevel: 'error', server: { middlewareMode: true } });
  const { sceneNames } = await modules.ssrLoadModule('/src/backend/scripted/scenes.ts');
  await modules.close();
  return {
    address: server.resolvedUrls.local[0],
    sceneNames,
    async close() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
