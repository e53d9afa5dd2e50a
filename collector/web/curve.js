// Draws the two curves above the slider with Chart.js: how many hosts were down, and what the
// collector itself did. Both have the same axis of time, in one place, so that they can be compared.

import {clock, ticksOf} from './moments.js';
import {STACK, ceilingOf, countCeiling, flagged, gapsOf, stacked, stepsOf} from './series.js';
import {giveWay} from './slices.js';
import {number, percent} from './words.js';

/** CSS pixels left and right of what is drawn; time.css has the slider by the same. */
const LEFT = 52;
const RIGHT = 10;
const PIXELS_A_TICK = 90;
const LEAST_SHARE = 0.02;  // The axis of processor time has at least this much of one.

/** The library makes itself known under this name when it is loaded. */
let tries = 0;

/**
 * Where it cannot be fetched, the next poll tries again; by another address, since a browser may keep
 * a failure.
 */
async function loadChart() {
  try {
    await import(`./chart.min.js?${tries}`);
  } catch (error) {
    ++tries;
    throw Object.assign(error, {status: 0});
  }
  return globalThis.Chart;
}

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws what no curve can: gaps as hatching, and stretches in which a flag was up as a line. */
const marks = {
  id: 'marks',
  beforeDatasetsDraw(chart, _, {gaps, flags, colors}) {
    const {ctx, chartArea: {top, bottom}, scales: {x}} = chart;
    for (const {from, to} of gaps) {
      const left = x.getPixelForValue(Math.max(from, x.min));
      const right = x.getPixelForValue(Math.min(to, x.max));
      hatch(ctx, left, top, right - left, bottom - top, colors.line);
    }
    for (const {from, to, color} of flags) {
      const left = x.getPixelForValue(Math.max(from, x.min));
      ctx.fillStyle = color;
      ctx.fillRect(left, top, Math.max(2, x.getPixelForValue(Math.min(to, x.max)) - left), 3);
    }
  },
};

function hatch(context, x, y, width, height, color) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

const FONT = 11;

/** What both charts share. Nothing moves by itself, and the slider above takes the pointer. */
function optionsOf(hasTimes) {
  const ticks = {font: {size: FONT}, padding: 4, maxRotation: 0, autoSkip: false};
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: {padding: {right: RIGHT, top: 2}},
    elements: {point: {radius: 0}, line: {borderWidth: 1.5}},
    plugins: {legend: {display: false}, tooltip: {enabled: false}, marks: {gaps: [], flags: []}},
    scales: {
      x: {
        type: 'linear',
        display: true,
        grid: {drawTicks: false},
        ticks: {...ticks, display: hasTimes},
        afterBuildTicks: (axis) => {
          axis.ticks = ticksOf({from: axis.min, to: axis.max}, axis.width / PIXELS_A_TICK)
            .map((value) => ({value}));
        },
      },
      y: {
        min: 0,
        grid: {drawTicks: false},
        ticks: {...ticks},
        afterBuildTicks: (axis) => { axis.ticks = [{value: 0}, {value: axis.max}]; },
        afterFit: (axis) => { axis.width = LEFT; },
      },
    },
  };
}

/** Each chart takes as long as a slice of other work does. */
export async function createCurves(countCanvas, workCanvas) {
  const Chart = await loadChart();
  await giveWay();
  const make = (canvas, hasTimes, count) => new Chart(canvas, {
    type: 'line',
    plugins: [marks],
    options: optionsOf(hasTimes),
    data: {datasets: Array.from({length: count}, (_, i) => ({
      data: [], stepped: true, fill: i === 0 ? 'origin' : '-1',
    }))},
  });
  const counts = make(countCanvas, false, STACK.length);
  await giveWay();
  const work = make(workCanvas, true, 1);
  await giveWay();
  let shown = null;

  async function paint() {
    if (!shown) return;
    const colors = {line: style('--line'), text: style('--soft'), failing: style('--bad'),
      silent: style('--away'), missing: style('--soft'), work: style('--accent'),
      doubt: style('--warn'), panic: style('--bad')};
    paintCounts(colors);
    await giveWay();
    paintWork(colors);
  }

  function paintCounts(colors) {
    const {points, bucketMs, now} = shown;
    counts.data.datasets.forEach((curve, level) => {
      curve.data = stacked(points, bucketMs, level);
      curve.borderColor = colors[STACK[level].name];
      curve.backgroundColor = `${colors[STACK[level].name]}66`;
    });
    counts.options.scales.y.max = countCeiling(points);
    counts.options.scales.y.ticks.callback = (value) => number(value);
    counts.options.plugins.marks = {colors, gaps: gapsOf(points, bucketMs), flags: [
      ...flagged(points, bucketMs, 'panic').map((one) => ({...one, color: colors.panic})),
      ...flagged(points, bucketMs, 'blind').map((one) => ({...one, color: colors.doubt}))]};
    finish(counts, colors, now);
  }

  function paintWork(colors) {
    const {work: points, workBucketMs, now} = shown;
    const share = (point) => point.processor_share ?? null;
    const [curve] = work.data.datasets;
    curve.data = stepsOf(points, workBucketMs, share);
    curve.borderColor = colors.work;
    curve.backgroundColor = `${colors.work}22`;
    work.options.scales.y.max =
      ceilingOf(Math.max(0, ...points.map(share)), LEAST_SHARE);
    work.options.scales.y.ticks.callback = (value) => (value === 0 ? '0' : percent(value, 1));
    work.options.plugins.marks = {colors, gaps: gapsOf(points, workBucketMs), flags: []};
    finish(work, colors, now);
  }

  function finish(chart, colors, now) {
    const {x, y} = chart.options.scales;
    [x.min, x.max] = [shown.from, shown.to];
    x.ticks.callback = (value, i, all) => clock(value, now, all[1]?.value - all[0].value < 60_000);
    for (const axis of [x, y]) {
      axis.grid.color = colors.line;
      axis.grid.borderColor = colors.line;
      axis.ticks.color = colors.text;
    }
    chart.options.font = {family: style('--font')};
    chart.update('none');
  }

  return {
    /** Shows {from, to, now, points, bucketMs, work, workBucketMs}. */
    show(to) {
      shown = to;
      paint();
    },
    /** Takes the colours of the page anew. */
    paint,
  };
}
