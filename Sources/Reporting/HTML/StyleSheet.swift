/// How an HTML report looks: two neutrals, one accent and three meanings, each at least 4.5:1 on its ground in light
/// and dark, and never the only sign; the system's own fonts in three sizes.
enum StyleSheet {
  static let rules = colours + page + parts + charts + map

  private static let colours = """
    :root { color-scheme: light dark;
      --ground: #f3f3f0; --card: #ffffff; --text: #1b1d21; --muted: #565b63; --line: #d7d8d4; --accent: #1f55b5;
      --bad: #a8201a; --bad-tint: #fbe8e6; --watch: #7a5000; --watch-tint: #faf0da; --good: #19683a;
      --band: #d5dff1; --shade: #f5f0ee; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #121417; --card: #1a1d21; --text: #e7e8ea; --muted: #a5abb4; --line: #363b43; --accent: #8cb4ff;
      --bad: #ff9d94; --bad-tint: #45211f; --watch: #efc063; --watch-tint: #3a2f17; --good: #7fd39d;
      --band: #2b3c60; --shade: #262123; } }

    """

  private static let page = """
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    main { max-width: 44rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
    header { padding: .5rem 0 .25rem; }
    .product, .facts, .key, .query, .note-line, summary, table, footer { font-size: 13px; }
    .product, .facts, .key, .query, .quiet { color: var(--muted); }
    .product { margin: 0; letter-spacing: .04em; }
    h1 { font-size: 22px; line-height: 1.25; margin: .1rem 0; }
    h2 { font-size: 16px; margin: 0 0 .6rem; }
    h3 { font-size: 16px; margin: 1.2rem 0 .3rem; }
    h2 + h3 { margin-top: 0; }
    p { margin: .3rem 0; }
    .facts { margin: 0; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.1rem;
      margin-top: 1rem; }
    ul, ol { margin: .3rem 0; padding-left: 1.2rem; }
    li { margin: .25rem 0; }
    code, pre { font: 13px/1.45 ui-monospace, monospace; unicode-bidi: isolate; }
    code { background: var(--ground); border-radius: 4px; padding: .05rem .3rem; }
    pre { overflow-x: auto; margin: .5rem 0 0; white-space: pre; overflow-wrap: normal; }
    a { color: var(--accent); }
    a.mark { font-size: 13px; text-decoration: none; border: 1px solid var(--line); border-radius: 4px;
      padding: 0 .3rem; white-space: nowrap; }
    a.mark:hover, a.mark:focus { border-color: var(--accent); }
    summary { cursor: pointer; color: var(--muted); padding: .2rem 0; }
    summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    :target { outline: 2px solid var(--accent); outline-offset: 4px; border-radius: 4px; }
    table { border-collapse: collapse; width: 100%; }
    caption { text-align: left; color: var(--muted); padding: .3rem 0; }
    th { text-align: left; font-weight: 600; }
    th, td { padding: .2rem .6rem .2rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
    @media (max-width: 480px) { section { padding: .9rem .9rem; margin-left: -.25rem; margin-right: -.25rem; } }
    @media print { body { background: none; } section { break-inside: avoid; } }

    """

  private static let parts = """
    .verdict { border-left: 5px solid var(--bad); }
    .verdict.open { border-left-color: var(--watch); }
    .verdict.healthy { border-left-color: var(--good); }
    .verdict h2 { color: var(--bad); margin: 0; }
    .verdict.open h2 { color: var(--watch); }
    .verdict.healthy h2 { color: var(--good); }
    .answer { font-size: 22px; line-height: 1.3; margin: .1rem 0; font-weight: 600; }
    .answer + p { margin-top: 0; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: .8rem 0 0; }
    dt { color: var(--muted); }
    dd { margin: 0; }
    dd > ul { list-style: none; margin: 0; padding: 0; }
    dd > ul li { margin: 0 0 .35rem; }
    .name { font-weight: 600; unicode-bidi: isolate; }
    .levels { letter-spacing: .1em; }
    .step { margin: .4rem 0; }
    .evidence { border-top: 1px solid var(--line); padding: .6rem 0 .3rem; margin-top: .6rem; }
    .evidence:first-of-type { border-top: 0; margin-top: 0; }
    .tag { font-size: 13px; color: var(--muted); border: 1px solid var(--line); border-radius: 4px;
      padding: 0 .3rem; white-space: nowrap; }
    .tag.against { color: var(--watch); }
    .timeline { list-style: none; padding: 0; }
    .timeline li { display: grid; grid-template-columns: 5.2rem 6.6rem 1fr; gap: .6rem; padding: .25rem 0;
      border-top: 1px solid var(--line); margin: 0; }
    .timeline time { font-weight: 600; }
    .alternative { border-top: 1px solid var(--line); padding: .4rem 0; }
    .alternative > summary { font-size: 16px; color: var(--text); }
    @media (max-width: 480px) {
      dl { grid-template-columns: 1fr; gap: 0; }
      dt { margin-top: .5rem; font-size: 13px; }
      .timeline li { grid-template-columns: 5.2rem 1fr; gap: 0 .6rem; }
      .timeline .what { grid-column: 1 / -1; } }

    """

  private static let charts = """
    .chart { margin: .6rem 0 .3rem; }
    .chart h3 { font-size: 13px; margin: 0; font-weight: 600; }
    .plot { display: block; overflow: visible; }
    .plot text { font-size: 13px; fill: var(--muted); paint-order: stroke; stroke: var(--card); stroke-width: 4px;
      stroke-linejoin: round; }
    .shade { fill: var(--shade); }
    .band { fill: var(--band); }
    .grid { stroke: var(--line); stroke-width: 1px; vector-effect: non-scaling-stroke; }
    .curve { fill: none; stroke: var(--accent); stroke-width: 2.5px; vector-effect: non-scaling-stroke;
      stroke-linejoin: round; stroke-linecap: round; }
    .dots { stroke-width: 7px; }
    .lead .curve { stroke: var(--bad); }
    .onset { stroke: var(--text); stroke-width: 1.5px; }
    .page { stroke: var(--muted); stroke-width: 1px; stroke-dasharray: 3 3; }
    .plot .onset-label { fill: var(--text); font-weight: 600; }
    .swatch { display: inline-block; width: 1.6em; height: .8em; background: var(--band);
      border: 1px solid var(--line); vertical-align: -1px; }

    """

  private static let map = """
    .map { display: block; margin: .4rem auto; max-width: 100%; height: auto; }
    .map-narrow { display: none; }
    @media (max-width: 700px) { .map-wide { display: none; } .map-narrow { display: block; } }
    .map text { font-size: 13px; fill: var(--text); }
    .map .note { fill: var(--muted); }
    .map rect { fill: var(--card); stroke: var(--line); stroke-width: 1px; }
    .bystander .name { font-weight: 400; fill: var(--muted); }
    .cause rect { fill: var(--bad-tint); stroke: var(--bad); stroke-width: 2.5px; }
    .suspect rect { fill: var(--watch-tint); stroke: var(--watch); stroke-width: 2px; stroke-dasharray: 5 3; }
    .symptom rect { fill: var(--watch-tint); stroke: var(--text); stroke-width: 2px; }
    .victim rect { fill: var(--watch-tint); stroke: var(--watch); stroke-width: 1px; }
    .cause .note, .symptom .note, .victim .note, .suspect .note { fill: var(--text); }
    .call { fill: none; stroke: var(--muted); stroke-width: 1px; opacity: .55; }
    .part { fill: none; stroke: var(--muted); stroke-width: 1.5px; stroke-dasharray: 2 3; }
    .spread { fill: none; stroke: var(--bad); stroke-width: 4px; }
    .head { fill: var(--bad); }

    """
}
