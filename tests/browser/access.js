// What a script can measure of how well a page is read, as the body of a function that is handed what to
// measure. Colours are composed as the browser composes them: what is transparent lets through what
// lies behind it.

const [what] = arguments;

const channels = (css) => {
  const found = /^(?:rgba?|color\(srgb)\(?([^)]*)\)$/.exec(css);
  const [r, g, b, a = 1] = found[1].split(/[\s,/]+/).filter(Boolean).map(Number);
  const scale = css.startsWith('color') ? 255 : 1;
  return {rgb: [r, g, b].map((value) => value * scale), alpha: a};
};

const over = (front, back) => back.map((value, i) =>
  front.rgb[i] * front.alpha + value * (1 - front.alpha));

const luminance = (rgb) => {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const linesTo = (element) => {
  const line = [];
  for (let at = element; at; at = at.parentElement) line.unshift(at);
  return line;
};

/** What lies behind an element's text. */
const groundOf = (element) => linesTo(element).reduce((ground, each) =>
  over(channels(getComputedStyle(each).backgroundColor), ground), [255, 255, 255]);

const opacityOf = (element) => linesTo(element).reduce((share, each) =>
  share * Number(getComputedStyle(each).opacity), 1);

const isSeen = (element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 1 && box.height > 1 && style.visibility === 'visible' &&
    element.checkVisibility({checkOpacity: true}) && !element.closest('.hidden:not(:focus)');
};

const nameOf = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}` +
  `${[...element.classList].map((name) => `.${name}`).join('')}` +
  ` "${(element.innerText || element.value || '').slice(0, 40)}"`;

/** The contrast of a text's colour to what is behind it. */
function contrastOf(element, css) {
  const ground = groundOf(element);
  const {rgb, alpha} = channels(css);
  return contrast(over({rgb, alpha: alpha * opacityOf(element)}, ground), ground);
}

/** WCAG 2.2, 1.4.3: 4.5:1, and 3:1 for large letters. */
function wantedOf(style) {
  const size = parseFloat(style.fontSize);
  return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
}

const MEASURES = {
  texts() {
    const faint = [];
    for (const element of document.querySelectorAll('body *')) {
      const style = getComputedStyle(element);
      const hasText = [...element.childNodes].some((node) =>
        node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
      const isField = element.matches('input:not([type=radio]), select');
      if (!(hasText || isField) || !isSeen(element) || element.matches(':disabled, option')) continue;
      const found = contrastOf(element, style.color);
      if (found < wantedOf(style)) faint.push(`${found.toFixed(2)} ${nameOf(element)}`);
      if (!isField || !element.placeholder) continue;
      const placed = contrastOf(element, getComputedStyle(element, '::placeholder').color);
      if (placed < 4.5) faint.push(`${placed.toFixed(2)} placeholder of ${nameOf(element)}`);
    }
    return faint;
  },

  /** WCAG 2.2, 1.4.11: what shows that there is a field or a switch, 3:1. */
  edges() {
    const faint = [];
    for (const element of document.querySelectorAll('input:not([type=radio]), select')) {
      if (!isSeen(element)) continue;
      const style = getComputedStyle(element);
      const outside = groundOf(element.parentElement);
      const edge = parseFloat(style.borderTopWidth) === 0 ? 0 : contrast(outside,
        over(channels(style.borderTopColor), outside));
      const inside = contrast(outside, groundOf(element));
      if (Math.max(edge, inside) < 3) {
        faint.push(`${Math.max(edge, inside).toFixed(2)} the edge of ${nameOf(element)}`);
      }
    }
    return faint;
  },

  /** What shows that the focus is here: an outline that stands out from what is around it. */
  focus() {
    const element = document.activeElement;
    const near = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
    const rings = near.map((each) => {
      const style = getComputedStyle(each);
      if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 0;
      return contrast(channels(style.outlineColor).rgb, groundOf(each.parentElement ?? each));
    });
    const place = [...document.querySelectorAll('*')].indexOf(element);
    return {place, name: nameOf(element), ring: Math.max(...rings), isSeen: near.some(isSeen)};
  },

  /** What reaches over the window's right edge. */
  wide() {
    const width = document.documentElement.clientWidth;
    const scrolls = document.documentElement.scrollWidth > width;
    return !scrolls ? [] : [...document.querySelectorAll('body *')].filter((element) =>
      isSeen(element) && element.getBoundingClientRect().right > width + 0.5).map(nameOf);
  },

  /** WCAG 2.2, 2.5.8: what is pressed is at least 24 by 24, if it stands in no line of text. */
  small() {
    return [...document.querySelectorAll('button, input, select, a[href], label:has(input)')]
      // Names over the map's groups do what the groups' tiles do, which are large.
      .filter((element) => isSeen(element) && !element.matches('.link-like, [type=radio], .group'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width < 24 || box.height < 24;
      }).map((element) => {
        const box = element.getBoundingClientRect();
        return `${box.width.toFixed(0)}x${box.height.toFixed(0)} ${nameOf(element)}`;
      });
  },

  moving() {
    return [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      return [style.transitionDuration, style.animationDuration, getComputedStyle(element,
        '::before').transitionDuration].some((time) => parseFloat(time) > 0);
    }).map(nameOf);
  },
};

return MEASURES[what]();
