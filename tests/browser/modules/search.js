// search.js: which hosts are found by a part of their names, and in which order.

const {findHosts, ranked} = await import('/web/search.js');

/** A fleet that answers as the collector does: the first of those that match, in the order of slots. */
function fleet(names) {
  const asked = [];
  return {asked, ask: async ({filter, limit}) => {
    const term = filter.replace(/^name=/, '');
    asked.push(term);
    const pattern = new RegExp(`^${term.replace(/[.]/g, '\\.').replace(/[*]/g, '.*')}$`);
    const found = names.filter((name) => pattern.test(name)).map((name) => ({name}));
    return {hosts: found.slice(0, limit), total: found.length};
  }};
}
const found = async (names, text) => {
  const {hosts, total} = await findHosts(text, fleet(names).ask);
  return [...hosts.map(({name}) => name), total].join(' ');
};
const numbered = (prefix, count) => Array.from({length: count}, (_, i) => `${prefix}${i + 1}`);

await test('the host of that very name comes first, and then those that begin with it', () => {
  const hosts = ['b-web-1', 'web-12', 'web-1', 'web-2'].map((name) => ({name}));
  equal(ranked(hosts, 'web-1').map(({name}) => name).join(' '), 'web-1 web-12 b-web-1 web-2', 'order');
});

await test('the host of that very name is found behind a thousand others', async () => {
  const names = [...numbered('a-web-1', 1000), ...numbered('web-1', 500), 'web-1'];
  equal(await found(names, 'web-1'), 'web-1 web-11 web-12 web-13 web-14 web-15 web-16 web-17 1501', 'found');
});

await test('few are asked for once, and a pattern is asked for as it is', async () => {
  const few = fleet(['web-1', 'db-web-2']);
  await findHosts('web', few.ask);
  equal(few.asked.join(' '), '*web*', 'asked');
  equal(await found(['web-1', 'db-1'], 'w*'), 'web-1 1', 'a pattern');
  equal(await found(['web-1'], 'x'), '0', 'nobody');
});
