// Times openapi-pact-comparator on pairs of a document and a pact, in process.
//
//     node comparator.mjs INDEX_OF_THE_PACKAGE DIRECTORY_OF_PAIRS ROUNDS
//
// One line of JSON for each pair: milliseconds of processor time from the texts to the results, with a comparator of
// its own (`cold`) and with one that is kept (`warm`, the median of the rounds), or its `error`.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [entry, directory, rounds] = process.argv.slice(2);
const { Comparator } = await import(pathToFileURL(entry));

const END = ".document.json";
const pairs = readdirSync(directory)
  .filter((name) => name.endsWith(END))
  .sort()
  .map((name) => name.slice(0, -END.length))
  .map((name) => ({
    name,
    document: readFileSync(join(directory, `${name}${END}`), "utf8"),
    pact: readFileSync(join(directory, `${name}.pact.json`), "utf8"),
  }));

const compared = async (comparator, pact) => {
  let results = 0;
  for await (const _ of comparator.compare(JSON.parse(pact))) results += 1;
  return results;
};

const timed = async (work) => {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const measured = async ({ document, pact }) => {
  let comparator;
  const cold = await timed(async () => {
    comparator = new Comparator({ oas: JSON.parse(document) });
    await compared(comparator, pact);
  });
  const warm = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    warm.push(await timed(() => compared(comparator, pact)));
  }
  return { cold, warm: median(warm) };
};

const told = async (pair) => {
  try {
    return { name: pair.name, ...(await measured(pair)) };
  } catch (error) {
    return { name: pair.name, error: String(error).split("\n")[0] };
  }
};

// A first pass that is thrown away, so that no pair pays for the engine's compiler.
for (const pair of pairs) await told(pair);
for (const pair of pairs) console.log(JSON.stringify(await told(pair)));
