-- "Brazilian E-Commerce Public Dataset by Olist", whole or in part, in its original CSV files. Sellers gain an order's data
-- when it is placed, payment channels when it is paid, an origin node when the carrier picks it up and a station of the
-- buyer's region when it is delivered. The two logistics nodes are not in the data: they are derived from the zip codes of
-- seller (first two digits) and buyer (first three).
SET TimeZone = 'Etc/GMT+3';  -- Brasília; summer time in some years and the hour by which the west is behind are ignored

CREATE VIEW orders    AS FROM read_csv('olist_orders_dataset.csv', all_varchar = true);
CREATE VIEW items     AS FROM read_csv('olist_order_items_dataset.csv', all_varchar = true);
CREATE VIEW sellers   AS FROM read_csv('olist_sellers_dataset.csv', all_varchar = true);
CREATE VIEW customers AS FROM read_csv('olist_customers_dataset.csv', all_varchar = true);
CREATE VIEW payments  AS FROM read_csv('olist_order_payments_dataset.csv', all_varchar = true);

-- The node of a zip code's region. Some copies of the set lack the leading zeros of zip codes.
CREATE MACRO node(prefix, zip, digits) AS prefix || left(lpad(zip, 5, '0'), digits);

CREATE VIEW sold AS
SELECT order_id, list(seller_id) AS sellers, list(node('origin-', seller_zip_code_prefix, 2)) AS origins
FROM items LEFT JOIN sellers USING (seller_id)
GROUP BY order_id;

-- "not_defined" marks the few orders whose channel is unknown.
CREATE VIEW paid AS
SELECT order_id, list(payment_type) AS channels
FROM payments WHERE payment_type <> 'not_defined'
GROUP BY order_id;

CREATE VIEW whole AS
SELECT order_id, customer_unique_id AS buyer_id, order_status, sellers, origins, channels,
       node('station-', customer_zip_code_prefix, 3) AS station,
       order_purchase_timestamp AS purchased, order_approved_at AS approved,
       order_delivered_carrier_date AS handed_over, order_delivered_customer_date AS delivered
FROM orders LEFT JOIN customers USING (customer_id) LEFT JOIN sold USING (order_id) LEFT JOIN paid USING (order_id);

-- The number at the end of an event id depends on the event's type alone.
SELECT order_id || '-1' AS event_id, order_id, buyer_id, 'PLACED' AS type, purchased AS occurred_at, sellers AS seller
FROM whole WHERE purchased IS NOT NULL
UNION ALL BY NAME
SELECT order_id || '-2' AS event_id, order_id, buyer_id, 'PAID' AS type, approved AS occurred_at,
       channels AS payment_channel
FROM whole WHERE approved IS NOT NULL
UNION ALL BY NAME
SELECT order_id || '-3' AS event_id, order_id, buyer_id, 'PICKED_UP' AS type, handed_over AS occurred_at,
       origins AS logistics_node
FROM whole WHERE handed_over IS NOT NULL
UNION ALL BY NAME
SELECT order_id || '-4' AS event_id, order_id, buyer_id, 'DELIVERED' AS type, delivered AS occurred_at,
       [station] AS logistics_node
FROM whole WHERE delivered IS NOT NULL
UNION ALL BY NAME
-- The data contain no time of cancellation; the order's last known time stands for it.
SELECT order_id || '-5' AS event_id, order_id, buyer_id, 'CANCELLED' AS type,
       greatest(purchased, approved, handed_over, delivered) AS occurred_at
FROM whole WHERE order_status = 'canceled';
