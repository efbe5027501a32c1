// node componentize.js SOURCE WIT OUTPUT: makes a component of a JavaScript file.
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { componentize } from "@bytecodealliance/componentize-js";

// componentize-js exports the handler of this version of WASI, and of no other.
const WASI_VERSION = "0.2.10";

const [source, wit, output] = process.argv.slice(2);

async function witOfVersion(version) {
  const folder = await mkdtemp(join(tmpdir(), "wit-"));
  await cp(wit, folder, { recursive: true });
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith(".wit")) continue;
    const text = await readFile(join(folder, entry), "utf8");
    await writeFile(join(folder, entry), text.replaceAll("0.2.12", version));
  }
  return folder;
}

const witPath = await witOfVersion(WASI_VERSION);
const { component } = await componentize(await readFile(source, "utf8"), {
  sourceName: "hello.js",
  witPath,
  worldName: "http",
});
await writeFile(output, component);
await rm(witPath, { recursive: true });
