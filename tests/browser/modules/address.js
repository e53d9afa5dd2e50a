// address.js: the address says what the page shows, and the other way round.

const {START, format, parse} = await import('/web/address.js');

await test('what is read is what was written', () => {
  const texts = ['failing & role=web', 'a|b(c)!*', 'name="x,y"', '50%', 'a+b', 'ü', '#&=?/', ' '];
  for (const filter of texts) {
    for (const moment of [null, '2026-11-30T04:42:51Z']) {
      const state = {...START, filter, zoom: 'cells', host: 'web-1.eu', moment};
      equal(JSON.stringify(parse(format(state))), JSON.stringify(state), format(state));
    }
  }
});

await test('the start has no address, and strangers say nothing', () => {
  equal(format(START), '#', 'the start');
  equal(JSON.stringify(parse('#x=1&zoom=&__proto__=2&constructor=3')), JSON.stringify(START), 'strange');
  equal(JSON.stringify(parse('')), JSON.stringify(START), 'nothing');
  equal(typeof parse('#filter=%E0%A4%A').filter, 'string', 'what is cut within a character');
});
