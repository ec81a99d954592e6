-- "The Complete Journey" (84.51°, 2017): household baskets. One order per basket; the store that sold it stands for the
-- seller. The set states no time zone; Eastern standard time, that of the retailer's home, is assumed.
SET TimeZone = 'Etc/GMT+5';  -- UTC-5

SELECT
  basket_id || '-1'            AS event_id,
  basket_id                    AS order_id,
  'household-' || household_id AS buyer_id,
  transaction_timestamp        AS occurred_at,
  'store-' || store_id         AS seller
FROM read_csv('baskets.csv', all_varchar = true);
