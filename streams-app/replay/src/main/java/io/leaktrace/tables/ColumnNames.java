package io.leaktrace.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names that columns of exports usually have, in English and Chinese, by what they mean. */
enum ColumnNames {
    ORDER_ID(
            "orderid orderno ordernumber ordersn ordercode order oid tid tradeid tradeno transactionid basketid 订单号 订单编号 "
                    + "订单id 订单 交易号 交易编号 交易订单号 主订单编号 单号",
            "orderid orderno ordernum quotedorder 订单号 订单编号 交易号"),
    BUYER_ID(
            "buyerid buyer userid user uid customeruniqueid customerid customer memberid member clientid client accountid "
                    + "account householdid buyernick username nickname 买家 买家id 买家账号 买家昵称 买家会员名 会员名 会员 会员id 用户 "
                    + "用户id 用户编号 用户名 客户 客户id 客户编号 客户号 phone mobile phonenumber buyerphone receiverphone 手机 手机号 "
                    + "手机号码 买家手机 收货人手机 收货人电话 收件人手机 收件人电话 联系电话 投诉人 举报人 受害人",
            "buyer customer userid 买家 用户 客户 会员 手机 收货人 收件人 投诉人 举报人 受害人"),
    SELLER(
            "sellerid seller shopid shop shopname storeid store storename merchantid merchant vendorid vendor 店铺 店铺id 店铺名称 "
                    + "店铺名 店铺编号 商家 商家id 商家名称 卖家 卖家id 卖家昵称 商户 商户号 商户名称",
            "seller shopid shopname merchant vendor storeid 店铺 商家 卖家 商户"),
    LOGISTICS_NODE(
            "logisticsnode station stationid hub hubid node nodeid branch branchid depot outlet courier courierid carrier "
                    + "carrierid 网点 网点编号 网点名称 派送网点 派件网点 揽收网点 揽件网点 快递网点 站点 配送站 配送站点 分拨中心 中转站 快递公司 "
                    + "物流公司 快递 物流 承运商 快递员 配送员",
            "station hub branch depot courier carrier 网点 站点 配送站 分拨 中转 快递公司 物流公司 承运"),
    PAYMENT_CHANNEL(
            "paymentchannel paymenttype paymentmethod payment paytype paymethod paychannel payby 支付方式 支付渠道 付款方式 付款渠道 "
                    + "支付通道 支付类型",
            "paymentchannel paymenttype paymentmethod 支付方式 支付渠道 付款方式"),
    SERVICE_PROVIDER(
            "serviceprovider provider erp erpname software warehouse warehouseid 服务商 服务商名称 erp名称 erp系统 仓库 发货仓库 仓库名称",
            "serviceprovider erp warehouse 服务商 仓库"),
    PLATFORM("platform platformid desk deskid team 平台 平台名称 客服 客服组 客服人员", "platform 平台 客服"),
    PLACED(
            "occurredat placedat eventtime ordertime orderedat orderdate orderpurchasetimestamp purchasetimestamp purchasedat "
                    + "createdat createtime createdtime created transactiontimestamp transactiontime timestamp time datetime date 下单时间 "
                    + "下单日期 订单时间 订单日期 订单创建时间 创建时间 成交时间 拍下时间 交易时间 时间 日期",
            "purchase ordertime orderdate placed created 下单 创建 成交 拍下"),
    PAID(
            "paidat paytime paymenttime paymentdate orderapprovedat approvedat 付款时间 付款日期 支付时间 支付日期",
            "paid paytime paymenttime approved 付款 支付"),
    PICKED_UP(
            "pickedupat pickuptime shippedat shiptime shipdate dispatchedat 发货时间 发货日期 揽收时间 揽件时间 出库时间",
            "pickedup pickup shipped dispatch deliveredcarrier handover 发货 揽收 揽件 出库"),
    ARRIVED("arrivedat arrivaltime arrivaldate scantime scannedat 到站时间 到达时间 到件时间", "arriv scan 到站 到达 到件"),
    DELIVERED(
            "deliveredat deliverytime deliverydate signedat signtime receivedat 签收时间 签收日期 收货时间 送达时间 派送时间 派件时间",
            "deliver signed 签收 收货时间 送达 派送时间 派件时间"),
    CANCELLED("cancelledat canceledat canceltime 取消时间 关闭时间", "cancel 取消"),
    CONTACTED_AT(
            "contactedat calledat calltime calldate contacttime contactdate incidenttime incidentdate fraudtime frauddate "
                    + "scamtime scamdate 来电时间 来电日期 联系时间 联系日期 通话时间 接到电话时间 诈骗时间 案发时间 发案时间 被骗时间 被骗日期 骚扰时间",
            "called calltime calldate contacted contacttime incident 来电时间 来电日期 联系时间 通话时间 诈骗时间 案发 发案 被骗时间 接到"),
    REPORTED_AT(
            "reportedat reporttime reportdate complaintdate complainttime complainedat 投诉时间 投诉日期 举报时间 举报日期 报案时间 "
                    + "报案日期 报警时间 反馈时间 登记时间 受理时间",
            "reported reporttime reportdate complain 投诉时间 投诉日期 举报时间 报案 报警 反馈 登记 受理"),
    CONTACT_ID(
            "contactid complaintid complaintno caseid caseno ticketid ticketno ticket reportid 投诉编号 投诉单号 投诉号 工单号 工单编号 "
                    + "案件编号 举报编号",
            "contactid complaintid caseid ticketid 投诉编号 工单"),
    CALLER(
            "caller callernumber callerid callernum callingnumber scammernumber 来电号码 来电电话 主叫号码 诈骗号码 诈骗电话 对方号码 骚扰号码 "
                    + "嫌疑人电话",
            "callernum callerid 来电号码 主叫 诈骗号码 对方号码"),
    CHANNEL("channel contactchannel medium 联系方式 诈骗方式 渠道 方式", "channel 方式"),
    IMPERSONATED("impersonated claimed claimedtobe 冒充 冒充身份 自称 自称身份", "impersonat 冒充 自称"),
    DISCLOSED("disclosed knew leaked 泄露信息 泄露内容 掌握信息", "disclos 泄露 掌握"),
    LOSS_AMOUNT("lossamount loss losses 损失金额 损失 被骗金额 涉案金额", "lossamount 损失 被骗金额"),
    PAYEE("payee payeeaccount receivingaccount 收款账户 收款账号 收款人 收款卡号 涉案账户 涉案账号", "payee 收款账 收款卡 涉案账"),
    LINK("link url website 网址 链接 涉案网址 钓鱼网址", "url 网址 链接"),
    DISCLOSED_MARK("disclosedmark mark 暗记 标记", "disclosedmark 暗记"),
    DIALLED("dialled dialed 被叫号码类型", "被叫号码类型"),
    DIALLED_ORDER_ID("dialledorderid dialedorderid 虚拟号订单号", "dialledorder dialedorder"),
    SOURCE("source reportsource 来源 投诉来源", "source"),
    EVENT_ID("eventid", "eventid"),
    CUSTODIANS("custodians", "custodians"),
    TYPE("type eventtype event orderevent 事件 事件类型", "eventtype");

    /** Parts of names of columns that look like others: numbers of parcels, planned times. */
    private static final List<String> EXCLUDED_NODES = List.of("单号", "运单", "tracking", "时间", "日期", "time", "date");

    /** Parts of names of orders that a virtual number stood for, rather than that a caller named. */
    private static final List<String> EXCLUDED_ORDERS = List.of("dialled", "dialed", "虚拟号");

    private static final List<String> EXCLUDED_TIMES =
            List.of("estimat", "expect", "planned", "limit", "预计", "updat", "更新");

    /** Added to the rank of a field of a struct that fits by the name of the field alone. */
    private static final int NESTED = 1000;

    private final List<String> whole;
    private final List<String> parts;

    ColumnNames(String whole, String parts) {
        this.whole = Arrays.asList(whole.split(" "));
        this.parts = Arrays.asList(parts.split(" "));
    }

    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_\\-.()（）:：/]+", "");
    }

    /** How well a name fits: the smaller the better; empty if it does not. */
    Optional<Integer> rank(String name) {
        Optional<Integer> whole = rankOfSimple(simplified(name));
        // A field of a struct may be named without what its struct is named.
        return whole.isPresent() || name.indexOf('.') < 0
                ? whole
                : rankOfSimple(simplified(name.substring(name.lastIndexOf('.') + 1)))
                        .map(rank -> rank + NESTED);
    }

    private Optional<Integer> rankOfSimple(String simple) {
        List<String> excluded =
                switch (this) {
                    case ORDER_ID -> EXCLUDED_ORDERS;
                    case LOGISTICS_NODE -> EXCLUDED_NODES;
                    case PLACED, PAID, PICKED_UP, ARRIVED, DELIVERED, CANCELLED -> EXCLUDED_TIMES;
                    default -> List.of();
                };
        if (excluded.stream().anyMatch(simple::contains)) {
            return Optional.empty();
        }
        int exact = whole.indexOf(simple);
        if (exact >= 0) {
            return Optional.of(exact);
        }
        for (int i = 0; i < parts.size(); i++) {
            if (simple.contains(parts.get(i))) {
                return Optional.of(whole.size() + i);
            }
        }
        return Optional.empty();
    }

    /** The columns whose names fit, best first; of equally good ones the first. */
    List<ColumnProfile> among(List<ColumnProfile> columns) {
        List<ColumnProfile> fitting = new ArrayList<>();
        columns.stream()
                .filter(column -> column.filled() > 0 && rank(column.name()).isPresent())
                .forEach(fitting::add);
        fitting.sort((a, b) ->
                Integer.compare(rank(a.name()).orElseThrow(), rank(b.name()).orElseThrow()));
        return fitting;
    }

    /** The name of the field in a mapping. */
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a name has a Chinese character. */
    static boolean isChinese(String name) {
        return name.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    }
}
