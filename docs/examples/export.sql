-- Wrote the files of this folder from a simulated market, as other systems would export it:
--   ./leaktrace simulate --scenario big-seller --seed 2 --orders-per-day 60 --days 40 --buyers 1000 --sellers 25 \
--     --nodes 10 --leak-rate 0.25 --out docs/examples
--   (cd docs/examples && duckdb < export.sql && rm orders.jsonl contacts.jsonl truth.csv)
-- dingdan.csv and tousu.csv were then converted with iconv -t GBK. The leaking seller is s-4, from 27 June 2014.
SET TimeZone = 'Asia/Shanghai';

CREATE TABLE events AS
SELECT orderId, buyerId, type, CAST(occurredAt AS TIMESTAMPTZ) AS moment,
       list_filter(custodians, c -> c.role = 'SELLER')[1].id AS shop,
       list_filter(custodians, c -> c.role = 'PAYMENT_CHANNEL')[1].id AS pay,
       list_filter(custodians, c -> c.role = 'LOGISTICS_NODE')[1].id AS node
FROM read_json('orders.jsonl', dateformat = 'none', timestampformat = 'none');

CREATE TABLE orders AS
SELECT orderId AS id, CAST(replace(orderId, 'o-', '') AS INTEGER) AS number, any_value(buyerId) AS buyer,
       any_value(shop) AS shop, any_value(pay) AS pay,
       min(moment) FILTER (type = 'PLACED') AS placed, min(moment) FILTER (type = 'ARRIVED') AS arrived,
       any_value(node) FILTER (type = 'ARRIVED') AS station
FROM events GROUP BY orderId;

CREATE TABLE calls AS
SELECT contactId AS id, buyerId AS buyer, CAST(contactedAt AS TIMESTAMPTZ) AS called,
       CAST(reportedAt AS TIMESTAMPTZ) AS reported, array_to_string(disclosed, ',') AS disclosed
FROM read_json('contacts.jsonl', dateformat = 'none', timestampformat = 'none');

-- One row per order, times without an offset.
COPY (SELECT id AS orderid, shop AS shopid, buyer AS userid, strftime(placed, '%Y-%m-%d %H:%M:%S') AS event_time
      FROM orders ORDER BY number) TO 'extract.csv';
COPY (SELECT buyer AS userid, strftime(called, '%Y-%m-%d %H:%M:%S') AS call_time,
             strftime(reported, '%Y-%m-%d %H:%M:%S') AS report_time
      FROM calls ORDER BY called, id) TO 'calls.csv';

-- A spreadsheet in Chinese, saved as GBK.
COPY (SELECT replace(id, 'o-', '2014') AS 订单号, '店铺' || replace(shop, 's-', '') AS 店铺, buyer AS 买家,
             strftime(placed, '%Y/%-m/%-d %-H:%M') AS 下单时间,
             CASE pay WHEN 'pay-1' THEN '支付宝' WHEN 'pay-2' THEN '微信支付' ELSE '银行卡' || replace(pay, 'pay-', '') END AS 支付方式,
             '网点' || replace(station, 'station-', '') AS 派送网点, strftime(arrived, '%Y/%-m/%-d %-H:%M') AS 到站时间
      FROM orders ORDER BY number) TO 'dingdan.csv';
COPY (SELECT buyer AS 买家, strftime(called, '%Y/%-m/%-d %-H:%M') AS 来电时间,
             strftime(reported, '%Y/%-m/%-d %-H:%M') AS 投诉时间, '电话' AS 联系方式
      FROM calls ORDER BY called, id) TO 'tousu.csv';

-- Three tables to be joined, and a list of complaints with dates only.
COPY (SELECT id AS order_no, buyer AS customer, strftime(placed, '%Y-%m-%dT%H:%M:%S+08:00') AS created, pay AS payment_method
      FROM orders ORDER BY number) TO 'orders.tsv' (DELIMITER '\t', HEADER);
COPY (SELECT id AS order_no, 'sku-' || (number * 7 + line) % 500 AS sku, shop AS shop_id
      FROM orders, (VALUES (1), (2)) AS lines(line) WHERE line = 1 OR number % 3 = 0
      ORDER BY number, line) TO 'items.csv.gz' (COMPRESSION gzip);
COPY (SELECT id AS order_no, station, strftime(arrived, '%Y-%m-%dT%H:%M:%S+08:00') AS arrived_at
      FROM orders WHERE arrived IS NOT NULL ORDER BY arrived, number) TO 'deliveries.csv';
COPY (SELECT buyer AS customer, strftime(called, '%Y-%m-%d') AS complaint_date
      FROM calls ORDER BY called, id) TO 'complaints.csv';

-- Parquet with times in UTC.
COPY (SELECT number AS order_id, shop AS merchant, buyer AS buyer_id, placed AS ordered_at FROM orders ORDER BY number)
  TO 'orders.parquet';
COPY (SELECT buyer AS buyer_id, called AS called_at, reported AS reported_at, disclosed FROM calls ORDER BY called, id)
  TO 'calls.parquet';

-- An array of JSON.
COPY (SELECT id AS "orderNo", {'id': buyer} AS buyer, strftime(placed, '%Y-%m-%dT%H:%M:%S+08:00') AS "createdAt",
             [{'sku': 'sku-' || number % 500, 'shop': shop}] AS items
      FROM orders ORDER BY number) TO 'orders.json.gz' (FORMAT json, ARRAY true, COMPRESSION gzip);
COPY (SELECT buyer AS "buyerId", strftime(called, '%Y-%m-%dT%H:%M:%S+08:00') AS "calledAt" FROM calls ORDER BY called, id)
  TO 'calls.json' (FORMAT json, ARRAY true);
