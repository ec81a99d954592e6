package io.leaktrace.simulate;

import java.util.Arrays;

/** Generator of the orders of a market and their events. They do not depend on leaks or scam calls. */
final class OrderBookMaker {

    private static final double LOYAL = 0.5;
    private static final double USUAL_CHANNEL = 0.8;
    private static final double CANCELLED = 0.02;
    private static final double CANCELLED_BEFORE_PICK_UP = 0.7;

    private static final int HOUR = 3600;

    private final MarketSettings settings;
    private final MarketLayout layout;
    private final long seed;
    private final int endSecond;

    private OrderBookMaker(MarketSettings settings, MarketLayout layout, long seed) {
        this.settings = settings;
        this.layout = layout;
        this.seed = seed;
        this.endSecond = settings.days() * DayShape.SECONDS_OF_DAY;
    }

    static OrderBook make(MarketSettings settings, MarketLayout layout, long seed) {
        return new OrderBookMaker(settings, layout, seed).make();
    }

    private OrderBook make() {
        int[] perDay = new int[settings.days()];
        RandomStream volume = RandomStream.of(seed, "orders a day");
        Arrays.setAll(perDay, day -> volume.poisson(settings.ordersPerDay()));
        OrderBook book = new OrderBook(
                layout, settings.start().toInstant(), Arrays.stream(perDay).sum());
        int order = 0;
        for (int day = 0; day < perDay.length; day++) {
            RandomStream random = RandomStream.of(seed, "orders of day", Integer.toString(day));
            for (int placed : placedOn(day, perDay[day], random)) {
                fill(book, order++, placed, random);
            }
        }
        return book;
    }

    private static int[] placedOn(int day, int orders, RandomStream random) {
        int[] placed = new int[orders];
        Arrays.setAll(placed, i -> day * DayShape.SECONDS_OF_DAY + DayShape.SHOPPING.secondOfDay(random));
        Arrays.sort(placed);
        return placed;
    }

    private void fill(OrderBook book, int order, int placed, RandomStream random) {
        int buyer = layout.buyerChoice().draw(random);
        book.buyer[order] = buyer;
        book.seller[order] = seller(buyer, random);
        book.channel[order] = (short)
                (random.chance(USUAL_CHANNEL)
                        ? layout.usualChannelOfBuyer()[buyer]
                        : layout.channelChoice().draw(random));
        book.desk[order] = (short) layout.deskChoice().draw(random);
        OrderTimes times = OrderTimes.after(placed, random);
        int pickedUp = times.pickedUp();
        int arrived = times.arrived();
        int ended = times.ended();
        if (random.chance(CANCELLED)) {
            book.cancelled[order] = true;
            if (random.chance(CANCELLED_BEFORE_PICK_UP)) {
                ended = times.paid() + 1 + (int) random.exponential(6 * HOUR);
                pickedUp = OrderBook.NEVER;
                arrived = OrderBook.NEVER;
            }
        }
        book.placedAt[order] = placed;
        book.paidAt[order] = beforeEnd(times.paid());
        book.pickedUpAt[order] = beforeEnd(pickedUp);
        book.arrivedAt[order] = beforeEnd(arrived);
        book.endedAt[order] = beforeEnd(ended);
    }

    private int seller(int buyer, RandomStream random) {
        if (random.chance(LOYAL)) {
            return layout.favourites()[buyer * MarketLayout.FAVOURITES + random.below(MarketLayout.FAVOURITES)];
        }
        return layout.sellerChoice().draw(random);
    }

    private int beforeEnd(int second) {
        return second < endSecond ? second : OrderBook.NEVER;
    }
}
