# Frame of all pages
brand = Garnitur
brand-home = Garnitur, start page
nav-main = Sections
nav-footer = Links at the foot of the page
nav-catalogue = Catalogue
nav-sets = Sets
nav-track = Track an order
nav-cart = Cart
nav-courier = For couriers
cart-pieces = { $n ->
    [one] piece
   *[other] pieces
}
search-label = Search the catalogue
search-hint = Wardrobe, oak, Onega…
search-button = Search
suggest-label = Search suggestions
suggest-category = Category
suggest-found = Suggestions:
suggest-none = No suggestions
footer-about = Furniture with honest stock: put together from parts in our own warehouses, delivered at the hour you choose.
to-catalogue = Open the catalogue

# Start page
home-page-title = Garnitur – furniture delivered at the hour you choose
home-title = Furniture worth staying home for
home-lead = Wardrobes, tables, sofas and dressers made of parts that already lie in our warehouses. Prices and stock on this site are real, and delivery comes at the hour you choose.
home-button = See the catalogue
home-track = Track an order
home-categories = What we furnish
home-new = New in the catalogue
home-all = Whole catalogue
hero-picture = Drawing: a light room with a terracotta armchair, a floor lamp and a walnut sideboard
models = { $n ->
    [one] { $n } model
   *[other] { $n } models
}
how-title = How we work
how-stock-title = Stock without surprises
how-stock-text = We count the parts in three warehouses. If it says “in stock”, the piece can be put together right now.
how-slot-title = Your hour of delivery
how-slot-text = You see the price and the free windows before you pay. The one you choose stays yours while you do.
how-number-title = A number instead of calls
how-number-text = No account needed: the order number shows whether it is packed, who has it and when it arrives.

# Catalogue
catalogue-title = Catalogue
catalogue-about = Garnitur furniture: categories, colours, materials, prices and stock.
found = { $n ->
    [0] Nothing found
    [one] { $n } piece
   *[other] { $n } pieces
}
found-for = { $n ->
    [0] Nothing found for “{ $q }”
    [one] { $n } piece for “{ $q }”
   *[other] { $n } pieces for “{ $q }”
}
found-at-most = Up to { $n ->
    [one] { $n } piece
   *[other] { $n } pieces
}
found-at-most-for = Up to { $n ->
    [one] { $n } piece for “{ $q }”
   *[other] { $n } pieces for “{ $q }”
}
found-many = A great deal matches, so you see the newest. Add a word or a filter to find more exactly.
results = Pieces found
categories-below = Parts of this category
filters = Filters
filter-category = Category
filter-color = Colour
filter-material = Material
filter-price = Price, ₽
filter-from = Price from
filter-to = Price to
number-from = { $name }, from
number-to = { $name }, to
range-from = from { $value }
range-to = to { $value }
chip = { $name }: { $value }
quoted = “{ $text }”
filter-more = { $n } more
filter-available = In stock
filter-all = All furniture
filter-apply = Show
filter-reset = Clear all
filter-remove = remove
chips-label = Filters chosen
sort = First
sort-apply = Sort
sort-relevance = best match
sort-new = newest
sort-price = cheapest
sort-price-down = dearest
nothing-title = We have no such furniture yet
nothing-text = Try fewer filters: press any of them above to take it away.
nothing-text-words = We have tried similar words, too. Check for a typo, or name the piece more simply: “wardrobe”, “table”, “sofa”.
nothing-everywhere = Search the whole catalogue for “{ $q }”
nothing-instead = What this category has
nothing-button = Show the whole catalogue
page-empty = There is nothing more.
page-empty-more = This part of the catalogue has no match, but the search is not over yet.
pager = Pages of the catalogue
pager-first = Back to the start
pager-next = Next page
out-of-stock = Out of stock
no-price = Price to be announced

# Product
crumbs = Path in the catalogue
gallery = Pictures
no-picture = No picture yet
picture = { $name }, picture { $n }
picture-show = Show picture { $n }
in-stock = { $n ->
    [one] { $n } in stock
   *[other] { $n } in stock
}
out-of-stock-text = Out of stock for now: parts are missing
not-for-sale = Not for sale yet: the price is still being worked out
look-at-others = Similar pieces in stock
quantity = Quantity
quantity-invalid = Enter a quantity from 1 to { $max }
less = Less
more = More
put-in-cart = Add to cart
product-shortage = { $have ->
    [0] Only { $available } in stock
   *[other] Only { $available } in stock, { $have } of them already in your cart
}
facts = Facts
dimensions = Size, H × W × D
weight = Weight
yes = yes
no = no
documents = Drawings and instructions
document-drawing = Drawing
document-instruction = Assembly instructions
parts = What it is made of
parts-text = The parts of one piece. Optional ones may be left out: it stands and serves without them.
part = Part
part-sku = Article
part-quantity = Pieces
part-optional = optional
where = Where it is in stock
where-text = How many can be put together in each warehouse, and from all of them.
warehouse = Warehouse
units = Pieces
units-total = Total
none = none
bought-together = Often bought with it
may-suit = You may also like
like-this-one = Similar to this one
similar = More in this category

# Sets
sets-title = Sets
sets-lead = Whole bedrooms, dining rooms and living rooms: pieces that go together in colour and material.
sets-kinds = Kinds of sets
sets-all = All
sets-none-title = No sets yet
sets-none-text = We are putting them together. Meanwhile you can choose your own from the catalogue.
sets-pager = Pages of sets
set-empty = Empty
set-incomplete = Incomplete
set-complete = Complete set
set-complete-with-extras = Complete, with extras
set-units = { $n ->
    [one] { $n } piece
   *[other] { $n } pieces
}
set-no-units = No pieces yet
set-discount = Up to { $percent }% off
set-off = up to −{ $price }
set-discount-why = The discount of a complete set. The farther away the warehouse your pieces come from, the smaller it is.
set-missing = What it lacks to be complete
set-contents = What is in it
set-summary = Price of the set
set-other-color = { $n ->
    [one] { $n } piece of another colour
   *[other] { $n } pieces of another colour
}
set-other-material = { $n ->
    [one] { $n } piece of another material
   *[other] { $n } pieces of another material
}
set-in-stock = { $n ->
    [one] { $n } set can be put together now
   *[other] { $n } sets can be put together now
}
set-out-of-stock = The whole set cannot be put together now: parts are missing
set-unpriced = Not for sale yet: some of its pieces have no price
set-not-for-sale = This set cannot be bought as a whole now.
set-refused = Nothing was put into your cart.
set-put-in-cart = Add all to cart

# Cart
cart-title = Cart
cart-empty-title = Your cart is empty
cart-empty-text = Have a look at the catalogue: there is much to fall for.
cart-update = Update
cart-remove = Remove
cart-less = Less: { $name }
cart-more = More: { $name }
cart-quantity = Quantity: { $name }
cart-shortage = Only { $available } in stock
cart-sold-out = Sold out while it was in your cart. Remove it to order the rest.
cart-not-for-sale = No longer for sale. Remove it to order the rest.
cart-take-available = Take { $n }
cart-checkout = Continue to delivery
cart-cannot-order = Put the marked lines right, then you can go on.
cart-continue = Continue shopping
price-each = { $price } each
summary-title = Your order
summary-goods = Goods
summary-delivery = Delivery
summary-delivery-later = depends on the address
summary-delivery-next = at the next step
summary-total = Total

# Delivery
steps-label = Steps of ordering
step-address = Address
step-slot = Time
step-payment = Payment
delivery-title = Where to, and for whom
recipient = Recipient
address = Address
name = Full name
name-hint = The courier will ask for this name
name-invalid = Name the recipient: 2 to 100 characters
phone = Phone
phone-hint = For example, +7 999 123-45-67
phone-invalid = This does not look like a phone number: 10 to 15 digits are needed
postcode = Postal code
postcode-invalid = A postal code has six digits
city = City
city-invalid = Enter the city or village
street = Street and house
street-invalid = Enter street and house
flat = Flat or office
flat-invalid = At most 50 characters
personal-note = Only the courier who takes your order sees name, phone and address.
to-slots = Choose a time
back-to-cart = Back to the cart
back-to-address = Change the address
abandon = Stop ordering
slot-title = When to deliver
slot-text = Delivery zone: { $zone }. These windows still have room.
slots-later = { $n ->
    [one] { $n } more day
   *[other] { $n } more days
}
slots-none = There are no free windows for this address now. Come back later or enter another address.
slot-missing = Choose a delivery time
slot-taken = This time has just been taken. Please choose another.
change = Change
place-order = Place the order
place-note = Goods and time stay yours until you have paid: usually for 20 minutes.
unconfirmed-title = The answer got lost
unconfirmed-text = We received no confirmation that the order was taken. Press once more: if it was placed already, there will be no second one.
unconfirmed-button = Check and place

# Order
order = Order
order-title = Order { $number }
order-story-created = The order is placed and the goods are put aside for you. Only the payment is left.
order-story-settling = Waiting for the bank to confirm the payment.
order-story-late = The time to pay is over. The order is about to cancel itself, and the goods go back on sale.
order-story-paid = Payment received. The warehouse is packing your order.
order-story-ready-to-ship = All packed, waiting for a courier.
order-story-needs-change = The order was changed; the warehouse is repacking it.
order-story-in-delivery = A courier has taken the order and is on the way.
order-story-delivered = The order is yours. May it last!
order-story-not-delivered = We could not deliver it.
order-story-cancelled = The order is cancelled.
order-story-unpaid = The time to pay ran out: the order is cancelled and the goods are back on sale.
pay-title = To pay: { $total }
pay-before = Please pay before { $at }.
pay-left = Time left
pay-button = Pay by card
pay-again = Pay once more
settling-title = Checking the payment
settling-text = This usually takes a few seconds. The page refreshes by itself.
way-title = Progress
delivery-when = Delivery
placed-note = Only you see these details, and only now: the order number does not reveal them.
order-keep = Keep the number { $number }: it finds the order from any device under “Track an order”.
reason = Reason: { $reason }
reason-call = To arrange a new delivery, call the operator:
reason-nobody-home = nobody was home
reason-wrong-address = the address was not found
reason-refused = the recipient refused
reason-damaged = damaged on the way
reason-too-late = the courier was too late

# Track an order
track-title = Track an order
track-text = Enter the number we showed you when you ordered. No account is needed.
track-number = Order number
track-hint = Twelve characters, for example 7K2M-9QXA-4TBD
track-button = Find
track-unknown = There is no order with this number. Please check it for typos.

# Messages after an action
flash-in-cart = In your cart: { $what }
flash-set-in-cart = All pieces are in your cart: { $what }
flash-set-partly = Not everything fitted in, these pieces have just been sold: { $what }
flash-cart-gone = This is no longer in the cart.
flash-cart-changed = While you were ordering, the cart or the stock has changed. Check it and go on.
flash-address-refused = Delivery to this address could not be worked out. Please check it.
flash-abandoned = Ordering stopped. Your cart is kept.
flash-not-payable = This order cannot be paid any more: it is paid, cancelled, or out of time.
flash-payment-unavailable = The payment service did not answer. No money was taken; please try again.

# For couriers
courier-brand = Garnitur · courier
courier-tabs = Orders
courier-mine = Mine
courier-free = Free
courier-sign-in = Courier sign-in
courier-login = Login
courier-login-hint = The same as on your work computer
courier-login-missing = Enter your login
courier-password = Password
courier-password-missing = Enter your password
courier-enter = Sign in
courier-sign-out = Sign out
courier-back = To my orders
courier-pieces = { $n ->
    [one] { $n } piece
   *[other] { $n } pieces
}
courier-mine-empty = You have no orders.
courier-to-free = See free orders
courier-free-empty = There are no free orders now.
courier-free-refresh = New ones will appear here by themselves.
courier-claim = Take the order
courier-delivered = Delivered
courier-not-delivered = Could not deliver
courier-reason = Why
courier-not-delivered-button = Mark as not delivered
courier-release = Give back
courier-release-text = Other couriers will see the order again, and you will no longer see the customer's details.
courier-release-button = Give the order back
flash-claimed = Order { $what } is yours
flash-released = Order { $what } is back on the list
flash-delivered = Order { $what } is delivered
flash-not-delivered = Order { $what } is marked as not delivered
flash-reason-missing = Choose a reason
flash-not-yours = Another courier has order { $what }
flash-status-conflict = This cannot be done with order { $what } any more: it has changed
flash-order-unknown = Order { $what } is no longer on the list
