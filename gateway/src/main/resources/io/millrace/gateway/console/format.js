/** Numbers and times as people read them. Pure functions. */

const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 12,345 */
export const whole = (value) => WHOLE.format(value);

/** 12.3K */
export const short = (value) => SHORT.format(value);

/** "1 request", "2 requests" */
export const counted = (count, noun) => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Bytes in units of 1024. */
export function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** The two largest units: "3 h 20 min", "45 s". */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return minutes < 10 && seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  }
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}

/** The largest unit only: "3 h". */
export const roughly = (ms) => duration(ms).split(' ').slice(0, 2).join(' ');

/** "just now", "5 min ago" */
export const ago = (thenMs, nowMs) => (nowMs - thenMs < 10_000 ? 'just now' : `${roughly(nowMs - thenMs)} ago`);

/** Date and time in the reader's zone. */
export function moment(ms) {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** "42 %"; never 100 before everything is done, never 0 once something is. */
export function percent(part, all) {
  if (part <= 0 || all <= 0) {
    return '0 %';
  }
  return part >= all ? '100 %' : `${Math.min(99, Math.max(1, Math.round((100 * part) / all)))} %`;
}
