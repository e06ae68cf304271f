"use strict";
(() => {
// Words. A function takes what the sentence is about.
const words = {
  en: {
    other: "中文", live: s => `updated ${s} ago`, lost: "no answer, trying again",
    paused: "paused", denied: "a token is required",
    allFresh: "All data is fresh", starting: "Reading for the first time",
    badOne: n => `${n} needs attention`, bad: (n, of) => `${n} of ${of} shops need attention`,
    warnOne: n => `Fresh, but ${n} needs a look`, warn: n => `Fresh, but ${n} shops need a look`,
    broken: "The database needs attention", gone: "The daemon does not answer",
    goneNote: "What you see is old. It runs again as soon as the daemon does.",
    oldest: s => `The most delayed shop is ${s} behind its platform.`,
    oldestOne: s => `The database is ${s} behind the platform.`, noData: "No data yet.",
    freshness: "Behind, at worst", orders: "Orders", calls: "Calls today", stored: "Stored",
    lastHour: n => `${n} new in the last hour`, day: "24 h ago", now: "now",
    of: (a, b) => `${a} of ${b}`, bannedFor: (m, s) => `${m}: suspended for ${s}`, wholeApp: "all calls",
    rejected: "Rows not stored", refunds: "Refunds", parcels: "Parcels", changesToday: "Changes today", disk: "Database",
    shops: "Shops", all: "All", trouble: n => `Attention ${n}`, search: "Find a shop",
    sort: { trouble: "Problems first", name: "By name", lag: "By delay", orders: "By orders" },
    behind: "behind", ordersUnit: "orders", none: "No shop matches.", noTrouble: "No shop needs attention.",
    page: (a, b, n) => `${a}–${b} of ${n}`, back: "Back", next: "Next",
    level: { ok: "fresh", warn: "fresh, with a note", bad: "late", starting: "first read", off: "not configured" },
    chartFresh: "Delay, last 24 hours", chartOrders: "Orders by hour, last 24 hours",
    worst: s => `at worst ${s}`, peak: n => `peak ${n}`,
    stream: "Stream", lag: "Behind", waiting: "Waiting", rows: "Stored", success: "Last success",
    error: "Last error", ago: s => `${s} ago`, never: "never", done: "done", left: s => `${s} left`,
    gap: (a, b, s) => `open: ${a} to ${b}, for ${s}`, gaps: "Intervals still to be read",
    moreGaps: n => `and ${n} more: see the view gaps`,
    audited: "Audited days", reach: "Live reads reach back", index: "Changes show within",
    changes: "Latest changes", noChanges: "Nothing has changed yet.",
    kinds: { created: "new", updated: "changed", deleted: "gone", below: "below its threshold" },
    entity: { order: "Order", refund: "Refund", shipment: "Parcel", affiliate_order: "Promoted", goods_price: "Price" },
    promoter: "Promoter", goods: "Watched products", goodsUnit: "products", goodsOf: (a, b) => `${a} of ${b}, those that fail or changed last`,
    good: "Product", price: "Price now", priceChange: "Latest change", coupon: "Coupon", mark: "Threshold", seen: "Last seen",
    failing: "Failing", oldestPrice: "Oldest price", delisted: "off sale", unread: "not read yet", failed: code => `failed: ${code}`,
    coupons: { none: "none", usable: "usable", future: "not yet", expired: "expired", sold_out: "sold out", below_threshold: "costs too little" },
    promoted: { paid: "paid", grouped: "group complete", received: "received", verified: "verified", failed: "refused",
      settled: "settled", punished: "punished", unknown: "unknown" },
    streams: { orders: "Live orders", affiliate: "Promoted orders", prices: "Prices", refunds: "Refunds", backfill: "History", refunds_backfill: "History of refunds", orders_ahead: "Orders dated ahead",
      sweep: "First sweep",
      sweep_2: "Second sweep", sweep_3: "Last sweep", details: "Details", shipments: "Parcels",
      audit: "Daily audit", backfill_range: "Requested days", verify: "Verification" },
    status: { unpaid: "unpaid", paid: "paid", part_shipped: "part shipped", shipped: "shipped",
      completed: "completed", closed: "closed", unknown: "unknown", pending: "waiting for pickup",
      collected: "picked up", in_transit: "in transit", out_for_delivery: "out for delivery",
      delivered: "delivered", exception: "exception", returned: "returned", requested: "requested",
      returning: "returning", refused: "refused", exchanging: "exchanging" },
    units: [" s", " min", " h", " d"],
    problem: {
      lagging: (p, d) => [`${p.streamName}: ${d(p.amount)} behind, the limit is ${d(p.limit)}`, p.remedy],
      never_read: p => [`${p.streamName}: not read yet`, p.remedy],
      banned: (p, d) => [`The platform has banned the app for ${d(p.amount)} more`, p.remedy],
      failing: p => [`${p.streamName}: the latest call failed`, p.remedy],
      gap: (p, d) => [`${p.streamName}: an interval is open for ${d(p.amount)}`, p.remedy],
    },
    running: s => `running for ${s}`,
  },
  zh: {
    other: "English", live: s => `${s}前更新`, lost: "没有应答，正在重试", paused: "已暂停",
    denied: "需要访问令牌",
    allFresh: "数据全部最新", starting: "首次读取中",
    badOne: n => `${n} 需要处理`, bad: (n, of) => `${of} 个店铺中有 ${n} 个需要处理`,
    warnOne: n => `数据最新，${n} 有提示`, warn: n => `数据最新，${n} 个店铺有提示`,
    broken: "数据库需要处理", gone: "同步服务没有应答",
    goneNote: "下面是旧数据。服务恢复后页面会自动更新。",
    oldest: s => `延迟最大的店铺落后平台 ${s}。`, oldestOne: s => `数据库落后平台 ${s}。`,
    noData: "还没有数据。",
    freshness: "最大延迟", orders: "订单", calls: "今日调用", stored: "已存储",
    lastHour: n => `最近一小时新增 ${n} 单`, day: "24 小时前", now: "现在",
    of: (a, b) => `${a} / ${b}`, bannedFor: (m, s) => `${m}：还需等待 ${s}`, wholeApp: "全部接口",
    rejected: "未能存储的行", refunds: "退款", parcels: "包裹", changesToday: "今日变更", disk: "数据库",
    shops: "店铺", all: "全部", trouble: n => `需关注 ${n}`, search: "查找店铺",
    sort: { trouble: "问题优先", name: "按名称", lag: "按延迟", orders: "按订单数" },
    behind: "延迟", ordersUnit: "订单", none: "没有匹配的店铺。", noTrouble: "没有需要关注的店铺。",
    page: (a, b, n) => `第 ${a}–${b} 个，共 ${n} 个`, back: "上一页", next: "下一页",
    level: { ok: "最新", warn: "最新，有提示", bad: "落后", starting: "首次读取", off: "未配置" },
    chartFresh: "近 24 小时延迟", chartOrders: "近 24 小时每小时订单",
    worst: s => `最大 ${s}`, peak: n => `峰值 ${n}`,
    stream: "数据流", lag: "延迟", waiting: "排队", rows: "已存", success: "上次成功",
    error: "最近错误", ago: s => `${s}前`, never: "从未", done: "完成", left: s => `剩余 ${s}`,
    gap: (a, b, s) => `未读完：${a} 至 ${b}，已 ${s}`, gaps: "尚未读完的时段",
    moreGaps: n => `另有 ${n} 个，见视图 gaps`,
    audited: "已核对天数", reach: "实时读取回看", index: "变更可见时间",
    changes: "最近变更", noChanges: "还没有变更。",
    kinds: { created: "新增", updated: "更新", deleted: "删除", below: "低于目标价" },
    entity: { order: "订单", refund: "退款", shipment: "包裹", affiliate_order: "推广订单", goods_price: "到手价" },
    promoter: "推广者", goods: "关注商品", goodsUnit: "商品", goodsOf: (a, b) => `共 ${b} 个，显示读取失败和最近变价的 ${a} 个`,
    good: "商品", price: "当前到手价", priceChange: "最近变价", coupon: "优惠券", mark: "目标价", seen: "上次读取",
    failing: "读取失败", oldestPrice: "最旧价格", delisted: "已下架", unread: "尚未读取", failed: code => `失败：${code}`,
    coupons: { none: "无券", usable: "可用", future: "未开始", expired: "已过期", sold_out: "已领完", below_threshold: "未达门槛" },
    promoted: { paid: "已支付", grouped: "已成团", received: "确认收货", verified: "审核成功", failed: "审核失败",
      settled: "已结算", punished: "已处罚", unknown: "未知" },
    streams: { orders: "实时订单", affiliate: "推广订单", prices: "到手价", refunds: "退款", backfill: "历史订单", refunds_backfill: "历史退款", orders_ahead: "时间超前的订单",
      sweep: "第二次复查",
      sweep_2: "第三次复查", sweep_3: "最后复查", details: "订单详情", shipments: "物流",
      audit: "每日核对", backfill_range: "指定补拉", verify: "逐单校验" },
    status: { unpaid: "待付款", paid: "待发货", part_shipped: "部分发货", shipped: "已发货",
      completed: "交易成功", closed: "已关闭", unknown: "未知", pending: "待揽收",
      collected: "已揽收", in_transit: "运输中", out_for_delivery: "派送中", delivered: "已签收",
      exception: "异常", returned: "已退回", requested: "待卖家处理", returning: "待买家退货",
      refused: "已拒绝", exchanging: "换货中" },
    units: [" 秒", " 分钟", " 小时", " 天"],
    problem: {
      unauthorized: p => ["平台不再接受该店铺的授权", `运行 ordersync auth login ${p.shop}；若配置了 session 文件则替换它。无需重启`],
      paused: () => ["平台拒绝该应用", "运行 ordersync check，它会指出平台拒绝的原因"],
      lagging: (p, d) => [`${p.streamName}落后 ${d(p.amount)}，上限 ${d(p.limit)}`, "查看其他提示和日志；恢复后会自动追上"],
      never_read: p => [`${p.streamName}尚未读取`, "运行 ordersync check，再查看日志"],
      banned: (p, d) => [`平台限流，还需等待 ${d(p.amount)}`, "无需处理；若经常出现，请调低 calls_per_second"],
      quota_used: () => ["今日调用额度已用完", "北京时间零点后自动继续；可在控制台提高额度"],
      failing: p => [`${p.streamName}最近一次调用失败`, "暂不需要处理，正在重试；若持续出现，运行 ordersync check"],
      goods_failing: p => [`有 ${p.amount} 个关注商品上次未能读取到手价`, "商品列表中列出了商品和错误码；用 ordersync explain 错误码 查看处理方法"],
      gap: (p, d) => [`${p.streamName}有一个时段已 ${d(p.amount)}未读完`, "暂不需要处理，会再次读取；若持续出现，请反馈"],
      rows_rejected: p => [`平台的 ${p.amount} 行数据无法读取，未能存储`, "有编号的行至少每天重试一次；请把 rejected_rows 表中的 JSON 反馈给平台"],
      days_short: p => [`有 ${p.amount} 天订单数少于平台`, `ordersync verify ${p.shop} --from 日期 --to 日期 --repair`],
      database_unwritable: () => ["数据库无法写入", "释放磁盘空间或修复权限；期间不会丢失数据"],
      database_unreadable: () => ["数据库无法读取", "检查当前用户对数据库文件和目录的读取权限"],
      log_grows: p => [`数据库日志（WAL）已增长到 ${p.amount} MB：有程序长时间占用读事务`, "结束该程序（用 fuser -v 查看数据库文件的占用者）；数据不会丢失"],
    },
    running: s => `已运行 ${s}`,
  },
};

const pageSize = 25, pollSeconds = 5, pollMax = 30, seconds = 1000;
const $ = id => document.getElementById(id);
const stored = name => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private */ } };

let language = stored("language") || (/^zh/i.test(navigator.language) ? "zh" : "en");
let T = words[language] || words.en;
let data = null, tag = null, received = 0, failures = 0, timer = 0, asked = 0, trouble = "";
const view = { offset: 0, search: "", show: "all", sort: "trouble" };
const opened = new Set(), rows = new Map();
// A link to /#NAME leads to that shop.
const linked = () => {
  let name = "";
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* no name */ }
  if (name) opened.add(name);
  Object.assign(view, { search: name, offset: 0 });
  $("search").value = name;
};

// Elements: h("p", {class: "note"}, "text", child). Texts are texts: nothing is parsed as HTML.
const build = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false));
  return element;
};
const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// Figures.
const locale = () => language === "zh" ? "zh-CN" : "en-US";
const number = value => new Intl.NumberFormat(locale()).format(value);
const duration = value => {
  const [sec, min, hour, day] = T.units;
  if (value < 100) return Math.max(0, Math.round(value)) + sec;
  if (value < 6000) return Math.round(value / 60) + min;
  if (value < 172800) return (value < 36000 ? Math.round(value / 360) / 10 : Math.round(value / 3600)) + hour;
  return Math.round(value / 86400) + day;
};
const bytes = value => {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  while (value >= 1000 && power < 4) { value /= 1000; power += 1; }
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
};
const yuan = fen => `¥${new Intl.NumberFormat(locale(), { minimumFractionDigits: 2 }).format(fen / 100)}`;
const clock = at => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(at * seconds);
const moment = at => new Intl.DateTimeFormat(locale(), { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false }).format(at * seconds);
const streamName = name => T.streams[name] || name;
const known = list => (list || []).filter(value => value !== null);

// Charts: one path a colour, however many bars.
const paths = (bars, height, unit = 1) => {
  const shapes = {};
  bars.forEach(([kind, size], index) => {
    shapes[kind] = (shapes[kind] || "") + `M${index * unit} ${height}v${-size.toFixed(2)}h${(unit * 0.78).toFixed(2)}v${size.toFixed(2)}z`;
  });
  return Object.entries(shapes).map(([kind, d]) => s("path", { class: `f-${kind}`, d }));
};
const strip = (lags, limit) => {
  const top = Math.log(1 + limit * 6);
  const bars = lags.map(lag => {
    if (lag === null) return ["none", 2];
    const size = Math.min(26, 4 + 22 * Math.log(1 + lag) / top);
    return [lag > limit ? "bad" : lag > limit / 2 ? "warn" : "ok", size];
  });
  const all = known(lags);
  const label = all.length ? T.worst(duration(Math.max(...all))) : T.noData;
  return s("svg", { class: "strip", viewBox: `0 0 ${lags.length} 26`, preserveAspectRatio: "none", role: "img", "aria-label": `${T.chartFresh}: ${label}` },
    s("title", {}, label), paths(bars, 26));
};
const hours = counts => {
  const top = Math.max(1, ...counts);
  const bars = counts.map((count, index) => [index === counts.length - 1 ? "now" : count ? "bar" : "none", count ? 3 + 35 * count / top : 2]);
  return s("svg", { class: "hours", viewBox: `0 0 ${counts.length} 38`, preserveAspectRatio: "none", role: "img", "aria-label": `${T.chartOrders}: ${T.peak(number(Math.max(0, ...counts)))}` },
    s("title", {}, T.peak(number(Math.max(0, ...counts)))), paths(bars, 38));
};
const meter = (part, whole) => {
  const width = Math.min(100, whole ? 100 * part / whole : 0);
  return s("svg", { class: "meter", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: width > 98 ? "f-bad" : width > 85 ? "f-warn" : "f-accent", width, height: 6 }));
};
const axis = () => h("div", { class: "axis", "aria-hidden": "true" }, h("span", {}, T.day), h("span", {}, T.now));

// Problems in the reader's language; the server's own words are English.
const worded = problem => {
  const own = T.problem[problem.code];
  const sentences = own ? own({ ...problem, streamName: streamName(problem.stream || "") }, duration) : [problem.text, problem.remedy];
  // A command begins as it is typed.
  return sentences.map(text => text.startsWith("ordersync ") ? text : text[0].toUpperCase() + text.slice(1));
};
const problemBox = problem => {
  const [text, remedy] = worded(problem);
  return h("div", { class: problem.bad ? "problem bad" : "problem" }, h("b", {}, text),
    problem.detail && h("p", { class: "detail" }, problem.detail), h("p", {}, remedy));
};

// The top.
const verdict = () => {
  if (failures > 1 || !data) return failures > 0 || trouble ? ["bad", trouble || T.gone, T.goneNote] : ["", "…", ""];
  const { totals, health } = data, many = totals.shops - totals.shops_off;
  const lag = totals.worst_lag_s;
  const note = lag === null ? T.noData : many === 1 ? T.oldestOne(duration(lag)) : T.oldest(duration(lag));
  if (health.reasons.some(reason => reason.code.startsWith("database"))) return ["bad", T.broken, note];
  if (totals.shops_bad) {
    const first = health.reasons.find(reason => reason.shop);
    return ["bad", totals.shops_bad === 1 && first ? T.badOne(first.shop) : T.bad(number(totals.shops_bad), number(many)), note];
  }
  if (health.status === "starting") return ["", T.starting, note];
  if (totals.shops_warn) {
    const first = data.shops.find(shop => shop.level === "warn");
    return ["", totals.shops_warn === 1 && many === 1 && first ? T.warnOne(first.name) : totals.shops_warn === 1 && first ? T.warnOne(first.name) : T.warn(number(totals.shops_warn)), note];
  }
  return ["", T.allFresh, note];
};
const drawVerdict = () => {
  const [kind, title, note] = verdict();
  $("verdict").className = kind;
  $("verdict").firstElementChild.textContent = title;
  $("verdict").lastElementChild.textContent = note;
  document.title = kind === "bad" ? `● ${title}` : "OrderSync";
  const colour = kind === "bad" ? "cf3434" : data ? "16866a" : "888";
  $("icon").href = `data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2016%2016'%3E%3Ccircle%20cx='8'%20cy='8'%20r='7'%20fill='%23${colour}'/%3E%3C/svg%3E`;
  document.body.classList.toggle("stale", failures > 1);
};
const drawLive = () => {
  const live = $("live");
  live.className = failures ? "lost" : document.hidden ? "paused" : "";
  live.textContent = failures ? T.lost : document.hidden ? T.paused
    : received ? T.live(duration((Date.now() - received) / seconds)) : "";
};
const drawAlerts = () => {
  const whole = data.health.reasons.filter(reason => !reason.shop);
  $("alerts").hidden = !whole.length;
  $("alerts").replaceChildren(...whole.map(problemBox));
};

const appLine = app => {
  const bans = data.bans.filter(ban => ban.app === app.name && ban.until_at > data.at);
  return h("div", { class: "app" },
    h("div", { title: Object.entries(app.calls_by_class).map(([name, calls]) => `${name} ${number(calls)}`).join(", ") },
      h("b", {}, app.name), h("span", {}, app.calls_per_day === null ? number(app.calls_today) : T.of(number(app.calls_today), number(app.calls_per_day)))),
    app.calls_per_day !== null && meter(app.calls_today, app.calls_per_day),
    bans.slice(0, 2).map(ban => h("span", { class: "banned" }, T.bannedFor(ban.method === "all" ? T.wholeApp : ban.method, duration(ban.until_at - data.at)))));
};
const drawOverview = () => {
  const { totals, apps } = data;
  const limit = data.shops.length ? Math.min(...data.shops.map(shop => shop.lag_limit_s)) : 300;
  const used = apps.reduce((sum, app) => sum + app.calls_today, 0);
  const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  $("overview").replaceChildren(
    h("div", { class: "card" }, h("h3", {}, T.freshness),
      h("div", { class: "big" }, totals.worst_lag_s === null ? "–" : duration(totals.worst_lag_s)),
      h("div", { class: "chart" }, strip(totals.freshness, limit), axis())),
    h("div", { class: "card" }, h("h3", {}, T.orders), h("div", { class: "big" }, number(totals.orders)),
      h("div", { class: "note" }, T.lastHour(number(lastHour(totals.orders_by_hour)))),
      h("div", { class: "chart" }, hours(totals.orders_by_hour), axis())),
    h("div", { class: "card" }, h("h3", {}, T.calls), h("div", { class: "big" }, number(used)),
      [...apps].sort((a, b) => share(b) - share(a)).slice(0, 3).map(appLine)),
    h("div", { class: "card" }, h("h3", {}, T.stored),
      h("dl", {}, totals.shops > totals.promoters && [fact(T.refunds, number(totals.refunds)), fact(T.parcels, number(totals.parcels))],
        totals.watched_goods > 0 && fact(T.goods, number(totals.watched_goods)),
        fact(T.changesToday, number(totals.changes_today)), fact(T.disk, bytes(totals.database_bytes)))));
};
const share = app => app.calls_per_day ? app.calls_today / app.calls_per_day : 0;
// The hour that runs, and as much of the one before as the clock lacks.
const lastHour = counts => {
  if (counts.length < 2) return counts[0] || 0;
  const part = (data.at % 3600) / 3600;
  return Math.round(counts[counts.length - 1] + counts[counts.length - 2] * (1 - part));
};

// Shops.
const drawControls = () => {
  const { totals } = data, many = totals.shops;
  $("controls").firstElementChild.replaceChildren(T.shops, h("small", {}, number(many)));
  for (const id of ["show", "search", "sort"]) $(id).hidden = many < 2;
  const press = show => h("button", { type: "button", "aria-pressed": String(view.show === show),
    on: { click: () => change({ show, offset: 0 }) } },
    show === "all" ? T.all : T.trouble(number(totals.shops_bad + totals.shops_warn)));
  $("show").replaceChildren(press("all"), press("trouble"));
  $("search").placeholder = T.search;
  $("search").setAttribute("aria-label", T.search);
  if ($("sort").dataset.language !== language) {
    $("sort").dataset.language = language;
    $("sort").replaceChildren(...Object.entries(T.sort).map(([value, text]) => h("option", { value, selected: value === view.sort }, text)));
  }
  const { matched, offset } = data.selection;
  $("pager").hidden = matched <= pageSize;
  $("pager").replaceChildren(
    h("button", { type: "button", disabled: offset === 0, on: { click: () => turn(-1) } }, T.back),
    h("span", {}, T.page(number(offset + 1), number(offset + data.shops.length), number(matched))),
    h("button", { type: "button", disabled: offset + data.shops.length >= matched, on: { click: () => turn(1) } }, T.next));
};
const turn = pages => {
  change({ offset: Math.max(0, view.offset + pages * pageSize) });
  $("shops").scrollIntoView();
};

const summary = shop => {
  const first = shop.problems[0];
  if (first) {
    const more = shop.problems.length > 1 ? ` +${shop.problems.length - 1}` : "";
    return h("span", { class: first.bad ? "bad" : "warn" }, worded(first)[0] + more);
  }
  if (shop.level === "ok") {
    const about = [shop.promoter && T.promoter, data.apps.length > 1 && shop.app].filter(Boolean);
    return about.length ? h("span", {}, about.join(" · ")) : null;
  }
  return h("span", {}, T.level[shop.level]);
};
// A promoter's account that has no orders, for none are asked for.
const pricesAlone = shop => shop.watched_goods && !shop.streams.some(stream => stream.stream === "affiliate");
const head = shop => [
  h("i", { class: `mark ${shop.level}`, role: "img", "aria-label": T.level[shop.level] }),
  h("span", { class: "name" }, h("b", {}, shop.name), summary(shop)),
  h("span", { class: "spark" }, strip(shop.freshness, shop.lag_limit_s)),
  h("span", { class: "figure" }, h("b", {}, shop.lag_s === null ? "–" : duration(shop.lag_s)), h("span", {}, T.behind)),
  h("span", { class: "figure orders" }, pricesAlone(shop)
    ? [h("b", {}, number(shop.watched_goods.count)), h("span", {}, T.goodsUnit)]
    : [h("b", {}, number(shop.orders)), h("span", {}, T.ordersUnit)]),
  h("i", { class: "chevron" }),
];
const streamRow = (stream, hasErrors) => {
  const range = ["backfill", "refunds_backfill", "backfill_range", "verify"].includes(stream.stream);
  const lag = !range ? duration(stream.lag_s) : stream.lag_s ? T.left(duration(stream.lag_s)) : T.done;
  return h("tr", {}, h("td", {}, streamName(stream.stream)), h("td", { class: "number" }, lag),
    h("td", { class: "number" }, stream.queued === null ? "" : number(stream.queued)),
    h("td", { class: "number" }, number(stream.rows)),
    h("td", {}, stream.last_success_at === null ? T.never : T.ago(duration(data.at - stream.last_success_at))),
    hasErrors && h("td", { class: "error" }, stream.last_error || ""));
};
const order = Object.keys(words.en.streams);

// What a promoter watches. An arrow says which way, not colour alone.
const turned = (from, to) => h("span", { class: to < from ? "fell" : "rose" }, `${to < from ? "↓" : "↑"} ${yuan(Math.abs(to - from))}`);
const goodsRow = (good, hasMarks) => {
  const price = good.final_fen === null ? "–" : yuan(good.final_fen);
  const hasFallen = !good.delisted && good.final_fen !== null && good.below_fen !== null && good.final_fen < good.below_fen;
  const coupon = good.coupon_state === null ? "" : T.coupons[good.coupon_state] || good.coupon_state;
  return h("tr", {}, h("td", { class: "good", title: good.goods_sign }, good.goods_name || good.goods_sign),
    h("td", { class: "number" }, h("b", { class: hasFallen && "fell" }, price), good.delisted && h("small", {}, T.delisted)),
    h("td", {}, good.old_final_fen === null ? "–" : [turned(good.old_final_fen, good.final_fen), h("small", {}, T.ago(duration(data.at - good.changed_at)))]),
    h("td", {}, coupon, good.coupon_fen > 0 && h("small", {}, yuan(good.coupon_fen))),
    hasMarks && h("td", { class: "number" }, good.below_fen === null ? "–" : yuan(good.below_fen)),
    h("td", {}, good.read_at === null ? T.unread : T.ago(duration(data.at - good.read_at)), good.last_error && h("small", { class: "warn" }, T.failed(good.last_error))));
};
const goodsTable = shop => {
  const hasMarks = shop.goods.some(good => good.below_fen !== null), count = shop.watched_goods.count;
  return h("div", { class: "goods" }, h("h3", {}, T.goods, count > shop.goods.length && ` · ${T.goodsOf(number(shop.goods.length), number(count))}`),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, T.good), h("th", { class: "number" }, T.price), h("th", {}, T.priceChange), h("th", {}, T.coupon),
        hasMarks && h("th", { class: "number" }, T.mark), h("th", {}, T.seen))),
      h("tbody", {}, shop.goods.map(good => goodsRow(good, hasMarks))))));
};
const panel = shop => {
  const old = shop.gaps.filter(gap => gap.age_s >= 120);
  const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const hasErrors = shop.streams.some(stream => stream.last_error);
  const audited = Object.values(shop.audited_days).reduce((sum, days) => sum + days, 0);
  return [
    shop.problems.map(problemBox),
    h("div", { class: "charts" },
      h("div", { class: "tall" }, h("h3", {}, T.chartFresh), strip(shop.freshness, shop.lag_limit_s), axis()),
      shop.orders_by_hour && !pricesAlone(shop) && h("div", { class: "tall" }, h("h3", {}, T.chartOrders), hours(shop.orders_by_hour), axis())),
    shop.goods && shop.watched_goods && goodsTable(shop),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, T.stream), h("th", { class: "number" }, T.lag), h("th", { class: "number" }, T.waiting),
        h("th", { class: "number" }, T.rows), h("th", {}, T.success), hasErrors && h("th", {}, T.error))),
      h("tbody", {}, [...shop.streams].sort((a, b) => order.indexOf(a.stream) - order.indexOf(b.stream)).map(stream => streamRow(stream, hasErrors))))),
    old.length > 0 && h("div", { class: "gaps" }, h("h3", {}, T.gaps),
      old.slice(0, 5).map(gap => h("p", { class: "note" }, `${streamName(gap.stream)} ${T.gap(moment(gap.start_at), moment(gap.open_end_at), duration(gap.age_s))}`)),
      old.length > 5 && h("p", { class: "note" }, T.moreGaps(number(old.length - 5)))),
    h("dl", { class: "facts" },
      !shop.promoter && shop.refunds !== undefined && [fact(T.refunds, number(shop.refunds)), fact(T.parcels, number(shop.parcels))],
      !shop.promoter && fact(T.audited, number(audited)),
      shop.rejected_rows > 0 && fact(T.rejected, number(shop.rejected_rows)),
      shop.watched_goods && [fact(T.goods, number(shop.watched_goods.count)),
        shop.watched_goods.failing > 0 && fact(T.failing, number(shop.watched_goods.failing)),
        shop.watched_goods.oldest_read_at !== null && fact(T.oldestPrice, duration(data.at - shop.watched_goods.oldest_read_at))],
      shop.index_lag && [fact(T.index, duration(shop.index_lag.lag_s)), fact(T.reach, duration(shop.index_lag.overlap_s))]),
  ];
};
const row = name => {
  const button = h("button", { class: "row", type: "button", on: { click: () => {
    if (!opened.delete(name)) opened.add(name);
    drawRow(rows.get(name));
  } } });
  const body = h("div", { class: "panel" });
  return { name, button, body, element: h("li", { "data-shop": name }, button, body) };
};
const drawRow = one => {
  const isOpen = opened.has(one.name);
  one.button.setAttribute("aria-expanded", String(isOpen));
  one.button.replaceChildren(...head(one.shop).filter(Boolean));
  one.element.dataset.level = one.shop.level;
  one.body.hidden = !isOpen;
  // What is selected, perhaps to be copied, is left alone.
  const selection = getSelection();
  if (isOpen && !selection.isCollapsed && one.body.contains(selection.anchorNode)) return;
  one.body.replaceChildren(...(isOpen ? panel(one.shop).flat(9).filter(Boolean) : []));
};
const drawList = () => {
  if (data.totals.shops === 1 && data.shops.length && !rows.size) opened.add(data.shops[0].name);
  const shown = data.shops.map(shop => {
    const one = rows.get(shop.name) || row(shop.name);
    rows.set(shop.name, one);
    one.shop = shop;
    drawRow(one);
    return one;
  });
  const names = new Set(data.shops.map(shop => shop.name));
  for (const name of [...rows.keys()]) if (!names.has(name)) rows.delete(name);
  const elements = shown.map(one => one.element);
  const list = $("list");
  if (!elements.length) elements.push(h("li", { class: "empty" }, view.show === "trouble" && !view.search ? T.noTrouble : T.none));
  // Moved only if the order changed: the focus stays where it is.
  if (elements.length !== list.children.length || elements.some((element, index) => list.children[index] !== element)) list.replaceChildren(...elements);
};

// The latest changes: numbers and states, nothing of a buyer.
const changeLine = change => {
  const isPrice = change.entity === "goods_price";
  const state = status => isPrice ? (status === "delisted" ? T.delisted : yuan(Number(status)))
    : change.entity === "affiliate_order" ? T.promoted[status] || status : T.status[status] || status;
  const to = change.new_status ? state(change.new_status) : T.kinds[change.kind];
  return h("li", {}, h("time", {}, clock(change.changed_at)), h("span", { class: "entity" }, T.entity[change.entity] || change.entity),
    h("span", { class: "shop" }, change.shop), h("span", { class: isPrice ? "good" : "id", title: change.order }, change.goods_name || change.order),
    h("span", { class: "to" }, change.kind === "created" ? h("span", { class: "old" }, T.kinds.created + " · ")
      : change.old_status && change.old_status !== change.new_status ? h("span", { class: "old" }, state(change.old_status) + " → ")
        : change.new_status && change.kind !== "below" && h("span", { class: "old" }, T.kinds[change.kind] + " · "), to,
    change.kind === "below" && [" · ", h("span", { class: "fell" }, T.kinds.below)]));
};
const drawChanges = () => {
  const [title, list] = $("changes").children;
  title.textContent = T.changes;
  list.className = data.totals.shops === 1 ? "single" : "";
  list.replaceChildren(...(data.changes.length ? data.changes.slice(0, 15).map(changeLine) : [h("li", { class: "empty" }, T.noChanges)]));
};
const drawFooter = () => {
  const link = (to, text = to) => h("a", { href: to }, text);
  $("footer").replaceChildren(h("span", {}, `ordersync ${data.version} · ${T.running(duration(data.at - data.started_at))}`),
    link("api/status"), link("metrics"), link("healthz"));
};

const draw = () => {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  $("language").textContent = T.other;
  drawVerdict();
  drawLive();
  if (!data) return;
  for (const part of [drawAlerts, drawOverview, drawControls, drawList, drawChanges, drawFooter]) part();
  document.body.dataset.ready = "true";
};

// Asking.
const change = to => {
  Object.assign(view, to);
  tag = null;
  ask();
};
const ask = async () => {
  clearTimeout(timer);
  if (document.hidden) return drawLive();
  const mine = asked += 1;
  const query = new URLSearchParams({ limit: pageSize, offset: view.offset, sort: view.sort, show: view.show, search: view.search });
  const patience = new AbortController(), bell = setTimeout(() => patience.abort(), 15 * seconds);
  try {
    const answer = await fetch(`api/status?${query}`, { cache: "no-store", signal: patience.signal, headers: tag ? { "If-None-Match": tag } : {} });
    if (mine !== asked) return;
    if (answer.status === 200) {
      const next = await answer.json();
      if (mine !== asked) return;
      data = next;
      tag = answer.headers.get("ETag");
      if (!data.shops.length && data.selection.matched && view.offset) return change({ offset: 0 });
    } else if (answer.status !== 304) {
      trouble = answer.status === 401 ? T.denied : "";
      throw new Error(answer.status);
    }
    trouble = "";
    failures = 0;
    received = Date.now();
  } catch {
    if (mine !== asked) return;
    failures += 1;
  } finally {
    clearTimeout(bell);
  }
  draw();
  timer = setTimeout(ask, Math.min(pollMax, pollSeconds * Math.max(1, failures)) * seconds);
};

$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  store("language", language);
  T = words[language];
  rows.clear();
  draw();
});
$("sort").addEventListener("change", () => change({ sort: $("sort").value, offset: 0 }));
let typing = 0;
$("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => change({ search: $("search").value.trim(), offset: 0 }), 200);
});
document.addEventListener("visibilitychange", ask);
addEventListener("hashchange", () => { linked(); change({}); });
setInterval(drawLive, seconds);
linked();
draw();
ask();
})();
