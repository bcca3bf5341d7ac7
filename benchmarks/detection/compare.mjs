// Compares a pact with a document, and prints each result of openapi-pact-comparator as a line of JSON.
//
//     node compare.mjs INDEX_OF_THE_PACKAGE DOCUMENT PACT
//
// One interaction at a time, since some documents make the comparator throw: then the line has its `error`.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [entry, document, path] = process.argv.slice(2);
const { Comparator } = await import(pathToFileURL(entry));
const oas = readFileSync(document, "utf8");
const pact = JSON.parse(readFileSync(path, "utf8"));

for (const interaction of pact.interactions) {
  const told = (line) => console.log(JSON.stringify({ interaction: interaction.description, ...line }));
  try {
    const comparator = new Comparator({ oas: JSON.parse(oas) });
    for await (const { type, code } of comparator.compare({ ...pact, interactions: [interaction] })) {
      told({ type, code });
    }
  } catch (error) {
    told({ type: "error", code: "thrown", error: String(error).split("\n")[0] });
  }
}
