// api.js with a collector that the test plays.

const {createApi} = await import('/web/api.js');

/** What is said where the answer's body cannot be read. */
async function saidOf(error) {
  const body = () => Promise.reject(error);
  const api = createApi(document.baseURI, async () => ({ok: true, json: body, arrayBuffer: body}));
  const said = [];
  for (const asked of [() => api.summary(null), () => api.bitmap(null)]) {
    await asked().catch(({status, message}) => said.push(`${status} ${message}`));
  }
  return said.join(', ');
}

await test('an answer that ends halfway is told as a collector that cannot be reached', async () => {
  equal(await saidOf(new TypeError('network error')),
    '0 the collector cannot be reached, 0 the collector cannot be reached', 'said of its end');
  equal(await saidOf(new DOMException('', 'TimeoutError')),
    '0 the collector does not answer, 0 the collector does not answer', 'said where the rest never comes');
});

await test('an answer that is no JSON is a fault, and told as that', async () => {
  equal(await saidOf(new SyntaxError('no JSON')), 'undefined no JSON, undefined no JSON', 'said');
});
