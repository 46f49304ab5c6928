"""What exchanges were seen or are documented to say, typed from the pages; `{}` stands for what a text quotes."""

from __future__ import annotations

#: Poloniex facts 2.1 to 2.7. Where the year decides, the text of any year.
POLONIEX = """
Invalid API key/secret pair.
Nonce must be greater than {}. You provided {}.
Invalid nonce parameter.
Invalid command.
Permission denied.
Permission denied
This API key does not have permission to trade.
This account is frozen.
This account is frozen for trading.
This account is locked.
This account is closed.
Our systems have detected that you may reside in a location we cannot provide service to. Please log into your account to resolve this issue.
Required parameter missing.
Invalid {} parameter.
Invalid currencyPair parameter.
Invalid currency parameter.
Amount must be at least {}.
Total must be at least {}.
Rate must be greater than zero.
Rate must be less than {}.
Not enough {}.
Unable to fill order completely.
Unable to place post-only order at this price.
No more than one of the post-only, fill-or-kill, and immediate-or-cancel flags should be set at the same time.
Order not found, or you are not the person who placed it.
Invalid order number, or you are not the person who placed the order.
Order {} is either completed or does not exist.
Order with clientOrderId {} is either completed or does not exist.
You have already called cancelOrder or moveOrder on this order. Please wait for that call's response.
You have already called cancelOrder, moveOrder, or cancelReplace on this order. Please wait for that call's response.
Transaction failed. Please try again.
You may not have more than {} open orders in a single market.
This market is frozen.
Market is disabled.
Trading is disabled in this market.
Order matching is currently disabled.
Order is beyond acceptable bounds.
You may only place orders that reduce your position.
Invalid currency pair.
Error pulling order book
Please specify a currency pair.
Invalid depth.
Please specify a valid period.
Invalid start time.
Invalid end time.
Please specify a time window of no more than 1 month.
Please specify a time window of no more than 1 year.
Data requested is too large. Please specify a longer period or a shorter date range, or use resolution=auto to automatically calculate the shortest supported period for your date range.
You must specify a currency.
Invalid currency.
You may only generate one deposit address per currency per day.
Please use the following previously generated deposit address: {}
Duration must be at least 2 days.
Rate cannot be greater than 5%.
Not enough {} available to offer.
Error canceling loan order, or you are not the person who placed it.
Transferring {} {} from your margin account would bring your current margin to {}%, putting you in greater danger of a forced liquidation. Please confirm this action by passing confirmed=1 with your request.
Please do not make more than 8 API calls per second.
Please do not make more than 6 API calls per second.
This IP has been temporarily throttled. Please ensure your requests are valid and try again in one minute.
This IP has been temporarily throttled. Please ensure your requests are valid and try again.
This IP has been banned for 2 minutes. Please adjust your timeout to 130 seconds.
Too many requests. Please try again in a moment.
Too many requests. Please try again in a few minutes.
Connection timed out. Please try again.
Internal error. Please try again.
Currently in maintenance mode.
System error
"""  # noqa: E501 - what was recorded is not broken into lines

#: EXMO facts 2.2: the code, and what stands behind it.
EXMO = """
40003 Authorization error, http header 'Key' not specified
40004 Authorization error, http header 'Sign' not specified
40005 Authorization error, Incorrect signature
40009 The nonce parameter is less or equal than what was used before "{}"
40013
40015 API function do not exist - {}
40016 Maintenance work in progress
40017 Wrong api key
40032 IP address is not trusted
40032 Access is denied for this API key
40033 Access is denied, this resources are temporarily blocked to user
40034 Access is denied, rate limit is exceeded
- API rate limit exceeded for {}. Retry after 60 sec.
40038 GET parameters are forbidden in POST requests
50013 Parameter '{}' is not specified
50049 Parameter is not a number '{}'
50052 Insufficient funds
50054 Insufficient funds
50173 Order was not found '#{}'
50277 Quantity by order is less than permissible minimum for this pair
50277 Quantity by order is more than permissible maximum for this pair
50277 Amount by order is less than permissible minimum for this pair
50277 Amount by order is more than permissible maximum for this pair
50304 Order was not found '{}'
50319 Price by order is less than permissible minimum for this pair
50321 Price by order is more than permissible maximum for this pair
50381 More than {} decimal places are not permitted for pair {}
10193 Withdrawal task not found {}
10519 API method is not allowed
10419 TOTP Code is not true
10325
11021
140333 The number of characters after the point in the price exceeds the maximum number '{}>{}'
140434 Your margin balance is not sufficient to place the order for '{}'. Please top up your margin wallet by "{}".
191021 complex order not found
- range period is too long: maximum 3000 candles allowed
- strconv.ParseInt: parsing "{}": invalid syntax
"""

#: Bitunix facts 3.2, as far as a message was seen, and 3.3 whole.
BITUNIX = """
100005 result.api.parameter.sign.illegal
100008 result.request.time.expired
110033 OPEN_API_KEY_NO_AUTHORITY
10034 余额不足
10007 Signature Error
10001 Network Error
10002 Parameter Error
10003 api-key can't be empty
10004 The current ip is not in the apikey ip whitelist
10005 Too many requests, please try again later
10006 Request too frequently
10007 Sign signature error
10008 {} does not comply with the rule, optional [correctValue]
20001 Market not exists
20002 The current positions amount has exceeded the maximum open limit, please adjust the risk limit
20003 Insufficient balance
20004 Insufficient Trader
20005 Invalid leverage
20006 You can't change leverage or margin mode as there are open orders
20007 Order not found, please try it later
20008 Insufficient amount
20009 Position exists, so positions mode cannot be updated
20010 Activation failed, the available balance in the futures account does not meet the conditions for activation of the coupon
20011 Account not allowed to trade
20012 This futures does not allow trading
20013 Function disabled due tp pending account deletion request
20014 Account deleted
20015 This futures is not supported
30001 Failed to order. Please adjust the order price or the leverage as the order price dealt may immediately liquidate.
30002 Price below liquidated price
30003 Price above liquidated price
30004 Position not exist
30005 The trigger price is closer to the current price and may be triggered immediately
30006 Please select TP or SL
30007 TP trigger price is greater than average entry price
30008 TP trigger price is less than average entry price
30009 SL trigger price is less than average entry price
30010 SL trigger price is greater than average entry price
30011 Abnormal order status
30012 Already added to favorite
30013 Exceeded the maximum order quantity
30014 Max Buy Order Price
30015 Mini Sell Order Price
30016 The qty should be larger than
30017 The qty cannot be less than the minimum qty
30018 Order failed. No position opened. Cancel [Reduce-only] settings and retry later
30019 Order failed. A [Reduce-only] order can not be in the same direction as the open position
30020 Trigger price for TP should be higher than mark price
30021 Trigger price for TP should be lower than mark price
30022 Trigger price for SL should be higher than mark price
30023 Trigger price fo SL should be lower than mark price
30024 Trigger price for SL should be lower than liq price
30025 Trigger price for SL should be higher than liq price
30026 TP price must be greater than last price
30027 TP price must be greater than mark price
30028 SL price must be less than last price
30029 SL price must be less than mark price
30030 SL price must be greater than last price
30031 SL price must be greater than mark price
30032 TP price must be less than last price
30033 TP price must be less than mark price
30034 TP price must be less than mark price
30035 SL price must be greater than trigger price
30036 TP price must be greater than trigger price
30037 TP price must be greater than trigger price
30038 TP/SL amount must be less than the size of the position
30039 The order qty can't be greater than the max order qty
30040 Futures trading is prohibited, please contact customer service
30041 Trigger price must be greater than 0
30042 Client ID duplicate
40001 Please cancel open orders and close all positions before canceling lead trading
40002 Lead amount hast to be over the limits
40003 Lead order amount exceeds the limits
40004 Please do not repeat the operation
40005 Action is not available for the current user type
40006 Sub-account reaches the limit
40007 Share settlement is being processed,lease try again later
40008 After the transfer, the account balance will be less than the order amount, please enter again
"""  # noqa: E501 - what was recorded is not broken into lines

#: Bitunix facts 3.2: codes whose message nobody recorded.
BITUNIX_CODES = ("2", "500", "10016", "10058", "70003", "100004", "100011", "110007", "110008", "110041")
