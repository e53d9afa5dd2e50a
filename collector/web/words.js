// What the collector says, in words, and what to do about it: the same words as the command line's.
// Pure: each function makes texts of an answer of the API.

/** In the order in which consumers heed them (CONTRACT.md, "The bitmap answer"). */
const FLAGS = {
  frozen: ['Frozen: operators ask consumers to hold what they have.', ''],
  blind: ['Blind: the collector has reason to doubt itself.', 'Do not act on silence.'],
  warming: ['Warming: started less than a window ago.', 'Unknown hosts may still be heard.'],
  panic: ['Panic: few hosts are healthy.', 'Consumers should fail open.'],
  degraded: ['Degraded: storage is failing.', 'Verdicts are unaffected.'],
};

export const STATES = ['healthy', 'failing', 'silent', 'missing', 'unknown', 'expected'];
export const MARKS = ['warning', 'drained', 'flapping', 'conflict'];

const numbers = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});
export const number = (value) => numbers.format(value);
const hosts = (count) => `${number(count)} ${count === 1 ? 'host' : 'hosts'}`;

/** A share as people read it: never 0 % of some, and never 100 % of not all. */
export function percent(part, whole) {
  if (whole === 0) return '';
  const share = (100 * part) / whole;
  if (part > 0 && share < 0.1) return '< 0.1 %';
  if (part < whole && share > 99.9) return '> 99.9 %';
  return `${share >= 99.95 || share === 0 ? Math.round(share) : share.toFixed(1)} %`;
}

/** How long ago, as the command line writes it: 4.2s, 5m07s, 3h20m, 2d4h. */
export function age(seconds) {
  if (!(seconds < 1e12)) return 'long';
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, '0');
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)}s`;
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86400)}d${Math.floor((whole % 86400) / 3600)}h`;
}

/** A time to the second, in UTC. */
export const toSecond = (time) => time.replace(/\.\d+Z$/, 'Z').replace('T', ' ').replace('Z', ' UTC');

/** The one sentence over everything, and how grave it is. */
export function headline(summary) {
  const {hosts: all, healthy, failing, silent, missing = 0, down = 0} = summary;
  if (all === 0) return {tone: 'none', text: 'No host is registered yet'};
  const what = [];
  if (failing > 0) what.push(`${number(failing)} failing`);
  if (silent > 0) what.push(`${number(silent)} silent`);
  if (missing > 0) what.push(`${number(missing)} missing`);
  if (what.length > 0) {
    const rest = down === 0 ? ', all of them drained' : '';
    const tone = summary.flags.includes('panic') ? 'panic' : down > 0 ? 'bad' : 'calm';
    const whole = [[failing, 'failing'], [silent, 'silent'], [missing, 'missing']]
      .find(([count]) => count === all);
    if (whole && all > 1) return {tone, text: `All ${hosts(all)} are ${whole[1]}${rest}`};
    return {tone, text: `${what.join(', ')} of ${hosts(all)}${rest}`};
  }
  if (healthy === all) {
    const text = all === 1 ? 'The host is healthy' : `All ${hosts(all)} are healthy`;
    return {tone: summary.warning > 0 ? 'warn' : 'good', text};
  }
  return {tone: 'calm', text: `${number(healthy)} of ${hosts(all)} are healthy, nobody fails`};
}

/** Everything that somebody should know now, the gravest first: {tone, title, text, filter}. */
export function messages(summary) {
  const first = summary.hosts > 0 ? [] : [{tone: 'cause', key: 'first', title: 'Hosts come by themselves.',
    text: 'Give each its credential (flatline enroll), and start its agent.'}];
  return [...first, ...flagMessages(summary), ...groupMessages(summary), ...causeMessages(summary),
    ...upkeepMessages(summary)];
}

function flagMessages(summary) {
  const said = [];
  for (const [flag, [title, advice]] of Object.entries(FLAGS)) {
    if (!summary.flags.includes(flag)) continue;
    let text = advice;
    if (flag === 'blind' && summary.doubts?.length) {
      text += ` Because ${summary.doubts.join('; ')}.`;
    }
    if (flag === 'frozen') text = frozenText(summary.operators ?? {});
    if (flag === 'degraded') text = `${summary.storage?.reason ?? ''}. ${advice}`;
    said.push({tone: flag === 'panic' ? 'panic' : 'doubt', key: flag, title, text: text.trim()});
  }
  return said;
}

function frozenText({frozen_until: until, frozen_by: by, frozen_why: why}) {
  if (!until) return '';
  return `Until ${toSecond(until)}${by ? `, by ${by}` : ''}: ${why}`;
}

/** What the hosts that are not well have in common: one message for each set of them. */
function causeMessages(summary) {
  // Causes are counted every 10 s: by now those that they are about may be well again.
  const causes = (summary.causes ?? []).filter(({about}) => summary[about] !== 0);
  return [...new Set(causes.map(({about}) => about))].map((about) => {
    const [first, ...others] = causes.filter((cause) => cause.about === about);
    return {
      tone: 'cause',
      key: `cause-${about}`,
      title: causeText(first),
      text: others.map(causeText).join(' '),
      filter: causeFilter(first),
    };
  });
}

/** A cause as a sentence: the collector's own (its `text`), but with commas in its counts. */
function causeText({about, kind, key, also = [], hosts: some, of, fleet_share: share, seconds, since}) {
  const whom = about === 'changed' ? 'that changed in the last 5 minutes' : about;
  const who = `${some === of ? 'all' : `${number(some)} of`} ${number(of)} ${whom}`;
  if (kind === 'check') return `Check ${key} fails on ${who}.`;
  if (kind === 'moment') {
    const what = about === 'silent' ? 'fell silent' : 'began to fail';
    return sentence(`${who} ${what} within ${number(seconds)} s, from ${toSecond(since)}.`);
  }
  return sentence(`${who} are ${[key, ...also].join(' and ')}, which is ${percent(share, 1)} of the fleet.`);
}

/** A text of the collector's as a sentence. */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The filter that shows the hosts of a cause, or none where no filter can. */
export function causeFilter({about, kind, key}) {
  const whom = about === 'changed' ? 'failing,silent' : about;
  if (kind === 'label') {
    const at = key.indexOf('=');
    return `${whom} & ${labelTerm(key.slice(0, at), key.slice(at + 1))}`;
  }
  if (kind === 'check') return `check:${quoted(key)}`;
  if (kind === 'agent' || kind === 'config') return `${whom} & ${key}`;
  return '';
}

const WORDS = new Set(['name', 'check', 'agent', 'config', 'key', 'label', 'and', 'or', 'not', 'all']);

/** `key=value` as a filter has it. */
export function labelTerm(key, value) {
  return `${WORDS.has(key.toLowerCase()) ? `label:${key}` : key}=${quoted(value)}`;
}

/** A value in quotes where something in it would mean more than itself. */
export function quoted(value) {
  return /[\s&|!()<>=,"'*?]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const FEW_NAMES = 8;  // Groups that a message names.
const FEW_PANICS = 3;  // More than these say no more than the fleet's own panic does.

function groupMessages({groups, flags}) {
  const said = [];
  const list = (names, count) => {
    const few = names.slice(0, FEW_NAMES);
    return few.join(', ') + (count > few.length ? ` and ${number(count - few.length)} more` : '');
  };
  if (groups?.below > 0) {
    said.push({tone: 'bad', key: 'below', text: '',
      title: `Below ${groups.below === 1 ? 'its quorum' : 'their quorums'}: ` +
        list(groups.below_names, groups.below)});
  }
  if (groups?.panic > 0 && !(flags.includes('panic') && groups.panic > FEW_PANICS)) {
    const whose = groups.panic === 1 ? 'Its' : 'Their';
    said.push({tone: 'panic', key: 'group-panic', text: `${whose} consumers should fail open.`,
      title: `Few hosts are healthy in ${list(groups.panic_names, groups.panic)}.`});
  }
  return said;
}

/** What those who keep the collector running should see to. */
function upkeepMessages(summary) {
  const said = [];
  const say = (key, title, text = '') => said.push({tone: 'upkeep', key, title, text});
  const buffer = summary.receive_buffer;
  if (buffer?.advice) say('buffer', 'The kernel grants too small a receive buffer.', buffer.advice);
  if (summary.storage?.lost_steps > 0) {
    say('steps', `${number(summary.storage.lost_steps)} steps of the history were lost.`);
  }
  if (summary.collector?.check_names_refused > 0) {
    say('checks', 'The table of check names is full.', 'Names beyond it are not shown.');
  }
  if (summary.labels_uncounted > 0) {
    say('labels', 'There are too many labels.',
      `${number(summary.labels_uncounted)} of hosts found no room where causes are looked for.`);
  }
  const refused = summary.operators?.refused_attempts ?? 0;
  if (refused > 0) {
    say('refused', refused === 1 ? 'A change was refused,' : `${number(refused)} changes were refused,`,
      'for want of a right token.');
  }
  for (const notice of summary.notices ?? []) {
    say('notice', `Refused: ${notice.host} from ${notice.address}.`,
      sentence(notice.detail ?? notice.outcome));
  }
  return said;
}

/** A host's state and what stands beside it. */
export function stateText(row) {
  const marks = MARKS.filter((mark) => row[mark]);
  if (row.drain && !row.drained) marks.push('drain planned');
  return [row.state, ...marks].join(', ');
}

/** What there is to say of a host in a line: its drain, and the message of its worst check. */
export function detailText(row) {
  const drain = row.drain ? `drained ${drainText(row)}` : '';
  const ago = row.message_age_seconds === undefined ? '' : `${age(row.message_age_seconds)} ago: `;
  const message = row.message ? `${row.check ? `${row.check}: ` : ''}${ago}${row.message}` : row.check;
  return [drain, message].filter(Boolean).join('; ');
}

/** From when until when a host is drained, by whom and why. */
export function drainText({drained, drain}) {
  if (!drain) return '';
  const from = drained ? '' : `planned from ${toSecond(drain.from)} `;
  const by = drain.by ? ` by ${drain.by}` : '';
  return `${from}until ${toSecond(drain.until)}${by}${drain.why ? `: ${drain.why}` : ''}`;
}
