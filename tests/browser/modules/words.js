// words.js: what the collector says, in words.

const {causeFilter, headline, messages, percent} = await import('/web/words.js');

const summary = {hosts: 12_000, healthy: 9_000, failing: 3_000, silent: 2_000, warning: 0, down: 3_000,
  flags: [], causes: []};
const causes = (...some) => messages({...summary, causes: some}).map(({title, text}) =>
  [title, text].filter(Boolean).join(' | '));

await test('a cause has commas in its counts, and its names as they are', () => {
  equal(causes({about: 'failing', kind: 'label', key: 'rack=r1200', also: ['pdu=1200'], hosts: 1234,
    of: 3000, fleet_share: 0.0412})[0],
    '1,234 of 3,000 failing are rack=r1200 and pdu=1200, which is 4.1 % of the fleet.', 'a label');
  equal(causes({about: 'failing', kind: 'check', key: 'port 8080', hosts: 3000, of: 3000})[0],
    'Check port 8080 fails on all 3,000 failing.', 'a check');
  equal(causes({about: 'silent', kind: 'moment', hosts: 2000, of: 2000, seconds: 2,
    since: '2026-11-30T07:46:12Z'})[0],
    'All 2,000 silent fell silent within 2 s, from 2026-11-30 07:46:12 UTC.', 'a moment');
  equal(causes({about: 'changed', kind: 'agent', key: 'agent=0.3.1000', hosts: 5, of: 7,
    fleet_share: 0.00001})[0], '5 of 7 that changed in the last 5 minutes are agent=0.3.1000, ' +
    'which is < 0.1 % of the fleet.', 'a small share');
});

await test('a cause of what is over is not told', () => {
  summary.silent = 0;
  equal(causes({about: 'silent', kind: 'moment', hosts: 5, of: 5, seconds: 2,
    since: '2026-11-30T07:46:12Z'}).length, 0, 'nobody is silent any more');
  summary.silent = 2_000;
});

await test('groups in panic are named where that says more than the panic of all', () => {
  const keys = (flags, panic) => messages({...summary, flags, groups: {below: 0, panic,
    panic_names: ['zone=a', 'zone=b', 'zone=c', 'zone=d'].slice(0, panic)}}).map(({key}) => key).join(' ');
  equal(keys([], 4), 'group-panic', 'four, and the fleet is not');
  equal(keys(['panic'], 3), 'panic group-panic', 'three of a fleet that is');
  equal(keys(['panic'], 4), 'panic', 'four of a fleet that is');
});

await test('who has no hosts yet is told how they come', () => {
  equal(messages({...summary, hosts: 0})[0].key, 'first', 'a message');
});

await test('causes about the same hosts are one message', () => {
  const two = causes({about: 'failing', kind: 'label', key: 'a=b', hosts: 5, of: 9, fleet_share: 0.5},
    {about: 'failing', kind: 'check', key: 'disk', hosts: 8, of: 9});
  equal(two.length, 1, 'messages');
  equal(two[0], '5 of 9 failing are a=b, which is 50.0 % of the fleet. | ' +
    'Check disk fails on 8 of 9 failing.', 'both');
});

await test('what a filter would take for its own is in quotes', () => {
  equal(causeFilter({about: 'failing', kind: 'check', key: 'port 8080'}), 'check:"port 8080"', 'a check');
  equal(causeFilter({about: 'silent', kind: 'label', key: 'name=x,y'}), 'silent & label:name="x,y"',
    'a label');
});

await test('a share is never rounded to nobody, nor to all', () => {
  equal(percent(1, 1e6), '< 0.1 %', 'one');
  equal(percent(999_999, 1e6), '> 99.9 %', 'all but one');
  equal(percent(0, 0), '', 'of nobody');
  summary.silent = 0;
  equal(headline(summary).text, '3,000 failing of 12,000 hosts', 'the headline');
});
