/// The page's style sheet. Blue is paid and orange refunded everywhere: the two stay apart for
/// colour-blind eyes too.
enum HTMLStyle {
    static let sheet = colours + frame + charts + table + media

    private static let colours = """
        :root {
          --page: #f6f6f3; --card: #ffffff; --ink: #1b1c1f; --soft: #65686f; --faint: #a3a6ac;
          --hair: #e5e5e0; --track: #eeeeea; --weekend: #f4f4f0; --hover: #e9edf8;
          --paid: #2f55d4; --refund: #dd7230; --orders: #0d8577; --note: #fff7e6;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #121316; --card: #1b1c20; --ink: #ececee; --soft: #a0a3ab; --faint: #6c6f77;
            --hair: #303238; --track: #282a30; --weekend: #202227; --hover: #2a3046;
            --paid: #7f9cff; --refund: #f09a5c; --orders: #45c4b1; --note: #2b2517;
          }
        }

        """

    private static let frame = """
        * { box-sizing: border-box; margin: 0; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          background: var(--page); color: var(--ink); font: 15px/1.6 system-ui, -apple-system,
          "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC",
          "Noto Sans SC", sans-serif; font-variant-numeric: tabular-nums;
        }
        main { max-width: 1080px; margin: 0 auto; padding: 56px 28px 64px; }
        h1 { font-size: clamp(26px, 4.6vw, 40px); line-height: 1.2; font-weight: 650;
          letter-spacing: -.015em; word-break: keep-all; }
        h2 { font-size: 15px; font-weight: 600; }
        i { font-style: normal; color: var(--faint); }
        em { font-style: normal; color: var(--refund); }
        .kind { color: var(--paid); font-weight: 600; margin-bottom: 4px; }
        .facts { color: var(--soft); margin-top: 10px; display: flex; flex-wrap: wrap;
          gap: 2px 20px; font-size: 14px; }
        .overview { display: grid; grid-template-columns: 3fr 2fr; gap: 28px 56px;
          margin: 40px 0 44px; padding-top: 26px; border-top: 1px solid var(--hair); }
        .overview h2, .overview dt { font-size: 14px; font-weight: 500; color: var(--soft); }
        .big { font-size: clamp(38px, 7.4vw, 66px); line-height: 1.12; font-weight: 680;
          letter-spacing: -.03em; white-space: nowrap; margin: 2px 0 16px; }
        .big small { font-size: .5em; font-weight: 600; letter-spacing: -.01em; }
        .big small:first-child { margin-right: .12em; }
        .division { width: 100%; height: 8px; display: block; border-radius: 4px; }
        .parts { display: flex; flex-wrap: wrap; gap: 2px 24px; margin-top: 10px;
          font-size: 14px; color: var(--soft); }
        .parts b { color: var(--ink); font-weight: 600; }
        .overview dl { display: grid; align-content: space-between; }
        .overview dl div { display: flex; justify-content: space-between; align-items: baseline;
          gap: 16px; padding: 7px 0; border-bottom: 1px solid var(--hair); }
        .overview dl div:last-child { border-bottom: 0; }
        .overview dd { font-size: 27px; font-weight: 620; letter-spacing: -.015em; }
        .overview dd small { font-size: .62em; margin-right: .1em; }
        .card { background: var(--card); border: 1px solid var(--hair); border-radius: 14px;
          padding: 24px 26px 26px; margin-bottom: 22px; }
        .empty { color: var(--soft); text-align: center; padding: 56px 26px; }
        aside { background: var(--note); border-left: 3px solid var(--refund);
          border-radius: 0 10px 10px 0; padding: 14px 20px; margin-bottom: 22px;
          font-size: 14px; }
        aside h2 { font-size: 14px; }
        aside ul { padding-left: 1.15em; }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 4px 0 20px;
          font-size: 13px; color: var(--soft); }
        .peak { margin-left: auto; }
        .key::before { content: ""; display: inline-block; width: 10px; height: 10px;
          border-radius: 3px; margin-right: 7px; background: var(--paid); }
        .key.refund::before { background: var(--refund); }
        .key.open::before { opacity: .5; }
        .key.weekend::before { background: var(--weekend); box-shadow: inset 0 0 0 1px
          var(--hair); }
        footer { color: var(--soft); font-size: 13px; margin-top: 36px; padding-top: 22px;
          border-top: 1px solid var(--hair); }
        footer h2 { font-size: 13px; color: var(--ink); margin-bottom: 10px; }
        footer dl { display: grid; grid-template-columns: 1fr 1fr; gap: 10px 40px; }
        footer dt { color: var(--ink); font-weight: 500; }
        footer p { margin-top: 24px; color: var(--faint); }

        """

    private static let charts = """
        .plot { display: grid; grid-template-columns: 50px minmax(0, 1fr); }
        .plot.tall { height: 264px; }
        .plot.low { height: 84px; }
        .plot svg { width: 100%; height: 100%; overflow: visible; display: block; }
        .axis { position: relative; font-size: 12px; color: var(--faint); line-height: 1; }
        .axis span { position: absolute; right: 10px; transform: translateY(-50%);
          white-space: nowrap; }
        .days { position: relative; height: 20px; margin: 8px 0 0 50px; font-size: 12px;
          color: var(--faint); }
        .days span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
        .days .last { right: 0; transform: none; }
        .caption { font-size: 13px; color: var(--soft); margin: 26px 0 12px; }
        .caption::before { content: ""; display: inline-block; width: 14px; height: 3px;
          border-radius: 2px; background: var(--orders); margin-right: 7px;
          vertical-align: middle; }
        svg .paid { fill: var(--paid); }
        svg .refund { fill: var(--refund); }
        svg .track { fill: var(--track); }
        svg .slot { fill: transparent; }
        svg .weekend { fill: var(--weekend); }
        .open > .paid, .open > .refund { opacity: .5; }
        g:hover > .slot { fill: var(--hover); }
        .grid, .zero, .line, .dots { fill: none; vector-effect: non-scaling-stroke; }
        .grid { stroke: var(--hair); stroke-width: 1; }
        .zero { stroke: var(--faint); stroke-width: 1; }
        .line { stroke: var(--orders); stroke-width: 2; stroke-linejoin: round; }
        .dots { stroke: var(--orders); stroke-width: 5; stroke-linecap: round; }
        .area { fill: var(--orders); opacity: .1; }
        .low g:hover > .slot { fill: var(--orders); opacity: .14; }
        .bars { list-style: none; padding: 0; }
        .bars li { display: grid; grid-template-columns: minmax(90px, 30%) minmax(0, 1fr)
          max-content 52px; gap: 0 16px; align-items: center; padding: 5px 0; }
        .bars .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .bars svg { width: 100%; height: 20px; display: block; }
        .bars .amount { font-weight: 560; text-align: right; min-width: 104px; }
        .bars .share { color: var(--soft); font-size: 13px; text-align: right; }

        """

    private static let table = """
        .scroll { overflow-x: auto; margin: 12px -26px 0; padding: 0 26px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: right; padding: 7px 0 7px 22px; font-weight: 400;
          white-space: nowrap; border-bottom: 1px solid var(--hair); }
        th:first-child { text-align: left; padding-left: 0; }
        tbody th { max-width: 300px; overflow: hidden; text-overflow: ellipsis; }
        th small { display: block; color: var(--soft); font-size: 12px; line-height: 1.3; }
        thead th { color: var(--soft); font-size: 13px; font-weight: 500;
          border-bottom-color: var(--faint); }
        tbody tr:hover > * { background: var(--weekend); }
        tfoot th, tfoot td { font-weight: 650; border-bottom: 0;
          border-top: 2px solid var(--ink); padding-top: 10px; }

        """

    private static let media = """
        @media (max-width: 720px) {
          main { padding: 28px 16px 40px; }
          .overview { grid-template-columns: 1fr; margin: 24px 0 28px; padding-top: 18px; }
          .overview dd { font-size: 22px; }
          .card { padding: 18px 16px 20px; border-radius: 12px; }
          .peak { margin-left: 0; width: 100%; }
          .plot { grid-template-columns: 40px minmax(0, 1fr); }
          .plot.tall { height: 210px; }
          .axis span { right: 7px; font-size: 11px; }
          .days { margin-left: 40px; font-size: 11px; }
          .days .wide { display: none; }
          .bars li { grid-template-columns: minmax(0, 1fr) max-content 46px; padding: 7px 0;
            gap: 3px 10px; }
          .bars .name { grid-column: 1 / -1; }
          .bars .amount { min-width: 92px; }
          .scroll { margin: 8px -16px 0; padding: 0; }
          th, td { padding-left: 18px; }
          th:first-child { position: sticky; left: 0; padding-left: 16px;
            background: var(--card); }
          th:last-child, td:last-child { padding-right: 16px; }
          tbody th { max-width: 46vw; }
          footer dl { grid-template-columns: 1fr; }
        }
        @media print {
          :root {
            --page: #ffffff; --card: #ffffff; --ink: #111111; --soft: #555555; --faint: #888888;
            --hair: #dddddd; --track: #f0f0f0; --weekend: #f6f6f6; --hover: transparent;
            --paid: #2f55d4; --refund: #dd7230; --orders: #0d8577; --note: #fffaf0;
          }
          @page { size: A4; margin: 14mm; }
          html { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          body { font-size: 11px; }
          main { max-width: none; padding: 0; }
          .overview { margin: 20px 0; grid-template-columns: 3fr 2fr; }
          .big { font-size: 40px; }
          .overview dd { font-size: 19px; }
          .card { border: 0; border-top: 1px solid var(--hair); border-radius: 0;
            padding: 14px 0; margin: 0 0 10px; }
          .plot.tall { height: 190px; }
          .bars li { padding: 2px 0; }
          .scroll { overflow: visible; margin: 6px 0 0; padding: 0; }
          h2, aside, aside h2, .facts, .parts, .overview h2, .overview dt { font-size: 11px; }
          .legend, .caption, .bars .share, footer, footer h2 { font-size: 10px; }
          .axis, .days { font-size: 9px; }
          table, thead th { font-size: 10px; }
          th, td, th:last-child, td:last-child { padding: 4px 0 4px 12px; }
          th:first-child { position: static; padding-left: 0; }
          tbody th { max-width: 220px; }
          thead { display: table-header-group; }
          tfoot { display: table-row-group; }
          tr, aside, .overview, .plot, .bars li, footer div { break-inside: avoid; }
          h2 { break-after: avoid; }
        }
        """
}
