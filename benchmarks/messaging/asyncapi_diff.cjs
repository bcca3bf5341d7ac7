// Prints what @asyncapi/diff says of two versions of a document, one change a line.
// node asyncapi_diff.cjs MODULE BEFORE AFTER, both as JSON without references
const { readFileSync } = require("node:fs");
const { diff } = require(process.argv[2]);

const [before, after] = process.argv.slice(3).map((file) => JSON.parse(readFileSync(file, "utf-8")));
for (const { type, action, path } of diff(before, after).getOutput().changes) {
  console.log(JSON.stringify({ type, action, path }));
}
