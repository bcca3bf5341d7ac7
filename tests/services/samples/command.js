// A program of another language that serves HTTP where its command line says.
const [host, port] = process.argv.slice(2);
require("http").createServer((request, response) => response.end("node " + request.url))
  .listen(Number(port), host);
