// Puts keys and adds to a counter for some seconds, then reads all of it back: workload.js ENDPOINT,... SECONDS
const assert = require('assert');
const { Client } = require('./client.js');

async function main() {
  const client = new Client(process.argv[2].split(','));
  const prefix = `node-${process.pid}-${Date.now()}`;
  const end = Date.now() + 1000 * Number(process.argv[3]);
  let written = 0;
  for (; Date.now() < end; written++) {
    await client.write('Put', { key: `${prefix}-${written}`, value: `${written}` });
    await client.write('Update', { key: prefix, counter: { add: 1 } });
  }
  for (let number = 0; number < written; number++) {
    const got = await client.read('Get', { key: `${prefix}-${number}` });
    assert(got.values.some(value => value.value === `${number}`), `${prefix}-${number} is lost`);
  }
  // Two tries that met different nodes may count twice for some seconds.
  const patience = Date.now() + 30_000;
  let counted = -1;
  for (; counted !== written && Date.now() < patience; await new Promise(done => setTimeout(done, 1000))) {
    counted = Number((await client.read('Read', { key: prefix })).content.counter.value);
  }
  console.log(`node: ${written} written, ${counted} counted, ${client.retries} retries`);
  assert.strictEqual(counted, written, 'an addition was lost, or a retry counted twice');
  process.exit(0);
}
main();
