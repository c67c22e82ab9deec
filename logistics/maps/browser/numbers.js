// Figures in the reader's format: 1,234.5 in English, 1.234,5 in Vietnamese.

function makeNumbers(view) {
  const words = view.words;
  const locale = view.lang === "vi" ? "vi-VN" : "en-GB";
  const formats = new Map();
  const plain = (value, digits) => {
    if (!formats.has(digits)) {
      formats.set(digits, new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    }
    return formats.get(digits).format(value);
  };
  const known = (value, show) => (value === null || value === undefined ? "–" : show(value));
  const signed = (value, show) => (value > 0 ? "+" : value < 0 ? "−" : "") + show(Math.abs(value));
  // Up to three digits that matter: 0.42, 4.2, 42, 420.
  const short = (value) => plain(value, value < 1 ? 2 : value < 10 ? 1 : 0);
  const tonnes = (value) => {
    if (value >= 1e6) return `${plain(value / 1e6, value < 1e8 ? 2 : 1)} ${words.unit_million_t}`;
    if (value >= 1e4) return `${plain(value / 1e3, value < 1e5 ? 1 : 0)} ${words.unit_thousand_t}`;
    return `${plain(value, 0)} ${words.unit_t}`;
  };
  // Two amounts in the unit of the second.
  const pair = (part, whole) => {
    const [size, unit] = whole >= 1e6 ? [1e6, words.unit_million_t] : whole >= 1e4 ? [1e3, words.unit_thousand_t] : [1, words.unit_t];
    const digits = size === 1e6 ? 2 : 0;
    return `${plain(part / size, digits)} / ${plain(whole / size, digits)} ${unit}`;
  };
  const roundTonnes = (value) => {
    if (value >= 1e6) return `${plain(value / 1e6, value % 1e6 ? 1 : 0)} ${words.unit_million_t}`;
    if (value >= 1e3) return `${plain(value / 1e3, value % 1e3 ? 1 : 0)} ${words.unit_thousand_t}`;
    return `${plain(value, 0)} ${words.unit_t}`;
  };
  const billion = (value) => plain(value / 1e9, Math.abs(value) < 1e11 ? 1 : 0);
  return {
    whole: (value) => known(value, (v) => plain(v, 0)),
    tonnes: (value) => known(value, tonnes),
    signedTonnes: (value) => known(value, (v) => signed(v, tonnes)),
    roundTonnes,
    pair,
    percent: (share) => known(share, (v) => `${plain(100 * v, Math.abs(v) < 0.1 ? 2 : 0)} %`),
    signedPercent: (share) => known(share, (v) => signed(v, (s) => `${plain(100 * s, s < 0.1 ? 2 : 1)} %`)),
    // A gap is never shown smaller than it is.
    gap: (share) => known(share, (v) => (v > 0 && v < 5e-5 ? `< ${plain(0.01, 2)} %` : `${plain(100 * v, 2)} %`)),
    billion: (value) => known(value, billion),
    billionVnd: (value) => known(value, (v) => `${billion(v)} ${words.unit_billion_vnd}`),
    carbon: (value) => known(value, (v) => `${signed(v, (s) => plain(s, 0))} ${words.unit_co2}`),
    hectares: (value) => known(value, (v) => `${short(v)} ${words.unit_ha}`),
    hours: (value) => known(value, (v) => `${plain(v, Number.isInteger(v) ? 0 : 1)} ${words.unit_h}`),
    amount: (value) => known(value, (v) => new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(v)),
    date: (text) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`)),
    kilometres: (value) => known(value, (v) => `${short(v)} ${words.unit_km}`),
  };
}
