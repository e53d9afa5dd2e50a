// The page's state and the address that has it, so that a link shows a colleague the same. It stands
// behind the `#`, which is never sent to the collector. Pure.

/** What the page shows before anybody chose anything. `moment` is null for now. */
export const START = Object.freeze({
  filter: '',
  by: '',
  within: '',
  zoom: '',
  host: '',
  moment: null,
  since: null,
  window: '',
});

const KEYS = Object.keys(START);
const MOMENTS = ['moment', 'since'];

/** The state that an address has. What it does not have, or what is unknown, is as at the start. */
export function parse(hash) {
  const state = {...START};
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  for (const key of KEYS) {
    const value = given.get(key);
    if (value === null || value === '') continue;
    if (!MOMENTS.includes(key) || !Number.isNaN(Date.parse(value))) state[key] = value;
  }
  return state;
}

/** The address of a state: `#` and what differs from the start, in one order. */
export function format(state) {
  const parts = [];
  for (const key of KEYS) {
    if (state[key] === START[key] || state[key] === '') continue;
    parts.push(`${key}=${readable(state[key])}`);
  }
  return parts.length === 0 ? '#' : `#${parts.join('&')}`;
}

/** Percent-encodes what would be misread; what people read in a link stays as it is. */
function readable(value) {
  return encodeURIComponent(value)
    .replace(/%(3D|2C|3A|2A|7C|21|28|29|2F)/g, decodeURIComponent)
    .replace(/%20/g, '+');
}
