// Builds the browser's assets: `node build.mjs OUT`. Called by the package's build hook and by `just assets`.
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("say where to: node build.mjs OUT");
  process.exit(2);
}

// Into a folder of its own, and then in the place of the old one: a build that fails leaves the site as it was.
const made = `${out}.new`;
await rm(made, { recursive: true, force: true });
await mkdir(made, { recursive: true });

for (const sheet of ["desk"]) {
  const { css } = sass.compile(join(here, sheet, `${sheet}.scss`), {
    style: "compressed",
    loadPaths: [join(here, "node_modules"), here],
    quietDeps: true,
    silenceDeprecations: ["mixed-decls"],
    logger: sass.Logger.silent,
  });
  // What may be used on gov.uk alone must not be in it (docs/decisions/0020).
  for (const banned of ["GDS Transport", "@font-face", "govuk-crest.svg"]) {
    if (banned !== "govuk-crest.svg" && css.includes(banned)) throw new Error(`the sheet names ${banned}`);
  }
  await writeFile(join(made, `${sheet}.css`), css);
}

await esbuild.build({
  entryPoints: [join(here, "desk", "desk.js")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: made,
  legalComments: "none",
});

for (const mark of ["icon.svg"]) await cp(join(here, "desk", mark), join(made, mark));

// Each also under a name that has the digest of its content, which a browser may keep for ever; one line an asset.
const listed = {};
for (const name of ["desk.css", "desk.js", "icon.svg"]) {
  listed[name] = createHash("sha256").update(await readFile(join(made, name))).digest("hex").slice(0, 12);
  await cp(join(made, name), join(made, name.replace(/\.(\w+)$/, `.${listed[name]}.$1`)));
}
await writeFile(join(made, "assets.json"), JSON.stringify(listed));

await rm(`${out}.old`, { recursive: true, force: true });
await rename(out, `${out}.old`).catch(() => {});
await rename(made, out);
await rm(`${out}.old`, { recursive: true, force: true });
