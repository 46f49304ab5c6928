"""Every command and path that the pages of an exchange name is served, or said to be missing with its reason.

The names are typed from the pages; none is taken from the dialects.
"""

import pytest

from harness.documents.exchange_words import WORDS
from mockserver import DIALECT_NAMES, dialect_named

REFERENCE = """
GET /v1/time
GET /v1/markets
GET /v1/ticker
GET /v1/order-book
GET /v1/trades
GET /v1/balances
POST /v1/orders
GET /v1/orders
GET /v1/orders/{order_id}
POST /v1/orders/{order_id}/cancel
GET /v1/fills
GET /v1/deposit-address
POST /v1/withdrawals
"""

# Sections 3 and 4.11. Both interfaces have a returnTradeHistory.
POLONIEX = """
returnTicker return24hVolume returnOrderBook returnChartData returnCurrencies returnLoanOrders
returnBalances returnCompleteBalances returnDepositAddresses generateNewAddress returnDepositsWithdrawals
returnOpenOrders returnTradeHistory returnOrderTrades returnOrderStatus buy sell cancelOrder cancelAllOrders moveOrder
cancelReplace withdraw returnFeeInfo returnAvailableAccountBalances returnTradableBalances transferBalance
returnMarginAccountSummary marginBuy marginSell getMarginPosition closeMarginPosition createLoanOffer cancelLoanOffer
returnOpenLoanOffers returnActiveLoans returnLendingHistory toggleAutoRenew swapCurrencies returnMarketRules
"""

# Sections 3, 4 and 5: those of both versions, and those of the newer one alone.
EXMO_BOTH = """
trades order_book ticker pair_settings currency required_amount candles_history payments/providers/crypto/list
user_info order_create order_cancel user_open_orders user_trades user_cancelled_orders order_trades deposit_address
withdraw_crypt withdraw_get_txid excode_create excode_load wallet_history
"""
EXMO_NEW = """
currency/list/extended stop_market_order_create stop_market_order_cancel wallet_operations code_check
margin/currency/list margin/funding/list margin/liquidation/feed margin/pair/list margin/settings margin/trades
margin/user/info margin/user/order/cancel margin/user/order/create margin/user/order/history margin/user/order/list
margin/user/order/max_quantity margin/user/order/trades margin/user/order/update margin/user/position/close
margin/user/position/list margin/user/position/margin_add_info margin/user/position/margin_add
margin/user/position/margin_remove_info margin/user/position/margin_remove margin/user/trade/list
margin/user/wallet/history margin/user/wallet/list
"""

# Sections 4.1, 5.1 and 5.2.
BITUNIX_SPOT = """
GET market/last_price
GET market/depth
GET market/kline
GET market/kline/history
GET common/coin_pair/list
GET common/rate/list
GET common/coin/coin_network/list
GET user/account
GET user/info
POST withdraw
POST withdraw/cancel
POST inside_transfer
POST inside_transfer/cancel
POST withdraw_transfer/page
POST funds_transfer
POST deposit/page
POST deposit/address
POST order/place_order
POST order/place_order/batch
POST order/cancel
POST order/deal/list
POST order/history/page
POST order/pending/list
GET order/detail
"""

# Sections 4.2 and 5.3.
BITUNIX_FUTURES = """
GET market/trading_pairs
GET market/tickers
GET market/depth
GET market/kline
GET market/funding_rate
GET market/funding_rate/batch
GET account
GET account/get_leverage_margin_mode
POST account/change_leverage
POST account/change_margin_mode
POST account/change_position_mode
POST account/adjust_position_margin
POST trade/place_order
POST trade/batch_order
POST trade/modify_order
POST trade/cancel_orders
POST trade/cancel_all_orders
POST trade/close_all_position
POST trade/flash_close_position
GET trade/get_order_detail
GET trade/get_pending_orders
GET trade/get_history_orders
GET trade/get_history_trades
GET position/get_pending_positions
GET position/get_history_positions
GET position/get_position_tiers
POST tpsl/place_order
POST tpsl/modify_order
POST tpsl/cancel_order
POST tpsl/position/place_order
POST tpsl/position/modify_order
GET tpsl/get_pending_orders
GET tpsl/get_history_orders
"""


def lines(text: str, prefix: str) -> set[str]:
    return {f"{method} {prefix}{path}" for method, path in (line.split(" ") for line in text.strip().splitlines())}


NAMED = {
    "reference": set(REFERENCE.strip().splitlines()),
    "poloniex": {*POLONIEX.split(), "public returnTradeHistory"},
    "exmo": {*EXMO_BOTH.split(), *(f"v1/{name}" for name in EXMO_BOTH.split()), *EXMO_NEW.split()},
    "bitunix": lines(BITUNIX_SPOT, "/api/spot/v1/") | lines(BITUNIX_FUTURES, "/api/v1/futures/"),
}


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_whatever_the_pages_name_is_served_or_said_to_be_missing(name: str) -> None:
    served = {endpoint.name for endpoint in dialect_named(name).endpoints}
    missing = {gone for gap in WORDS[name].gaps for gone in gap.names}
    assert sorted(NAMED[name] - served - missing) == []


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_nothing_is_served_that_no_page_names(name: str) -> None:
    served = {endpoint.name for endpoint in dialect_named(name).endpoints}
    assert sorted(served - NAMED[name]) == []


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_every_gap_says_why_in_words_of_its_own(name: str) -> None:
    words = [gap.words for gap in WORDS[name].gaps]
    assert len(set(words)) == len(words)
    assert all(len(gap.words.split()) > 1 for gap in WORDS[name].gaps)


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_every_endpoint_says_what_it_answers_and_where_that_stands(name: str) -> None:
    endpoints = dialect_named(name).endpoints
    assert [endpoint.name for endpoint in endpoints if endpoint.answer is None] == []
    assert [endpoint.name for endpoint in endpoints if not endpoint.source] == []
