// Drives a Pact Broker with pact-js, as its users do:
//
//     node pact_js.mjs DIRECTORY_OF_PACKAGES BROKER DIRECTORY_OF_PACTS consume|verify
//
// `consume` writes a pact by a consumer test; `verify` verifies what the broker selects, and
// publishes what was seen.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [packages, broker, directory, deed] = process.argv.slice(2);
const { PactV4, Verifier } = createRequire(`${packages}/package.json`)("@pact-foundation/pact");

async function consume() {
  const pact = new PactV4({ consumer: "web", provider: "stock", dir: directory, logLevel: "error" });
  await pact
    .addInteraction()
    .given("a sku exists")
    .uponReceiving("the stock of a sku")
    .withRequest("GET", "/stock/A-1")
    .willRespondWith(200, (reply) => reply.jsonBody({ sku: "A-1", on_hand: 3 }))
    .executeTest(async (server) => {
      const reply = await fetch(`${server.url}/stock/A-1`);
      if ((await reply.json()).on_hand !== 3) throw new Error("the stock is not what was posed");
    });
}

async function verify() {
  const provider = createServer((_, reply) => {
    reply.setHeader("content-type", "application/json");
    reply.end(JSON.stringify({ sku: "A-1", on_hand: 3 }));
  });
  await new Promise((done) => provider.listen(0, "127.0.0.1", done));
  try {
    await new Verifier({
      provider: "stock",
      providerBaseUrl: `http://127.0.0.1:${provider.address().port}`,
      pactBrokerUrl: broker,
      pactBrokerToken: process.env.PACT_BROKER_TOKEN,
      consumerVersionSelectors: [{ mainBranch: true }],
      enablePending: true,
      providerVersion: "7",
      providerVersionBranch: "main",
      publishVerificationResult: true,
      stateHandlers: { "a sku exists": async () => {} },
      logLevel: "error",
    }).verifyProvider();
  } finally {
    provider.close();
  }
}

await (deed === "consume" ? consume() : verify());
