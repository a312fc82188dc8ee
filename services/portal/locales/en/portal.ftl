# Around the pages
brand = Garnitur
brand-portal = staff portal
brand-title = Garnitur portal
nav-main = Sections
nav-orders = Orders
nav-stock = Stock
nav-audit = Audit
nav-toggles = Toggles
sign-out = Sign out
to-start = To the start page
role-lacking = This section is for employees with another role.
role-courier = courier
role-warehouse = warehouse
role-assortment = assortment
role-administrator = administrator
role-security = security
role-support = support
role-analyst = analyst
pages = Pages of the list
page-first = To the beginning
page-older = Earlier ones
page-next = Next
filter = Show
filter-clear = Clear
pieces = { $n ->
    [one] { $n } piece
   *[other] { $n } pieces
}

# Signing in
sign-in-title = Staff sign-in
sign-in-text = The login and password of your workplace.
sign-in-button = Sign in
login = Login
login-hint = For example sklad.sidorov
login-missing = Enter your login
password = Password
password-missing = Enter your password
flash-signed-out = You have signed out.

# No section
nothing-title = Hello, { $name }
nothing-text = The portal has no sections for your role yet. They will appear in the menu once they are ready.

# Orders
orders-title = Orders
orders-tabs = Order statuses
orders-all = All
orders-empty = Nothing here now
orders-empty-text = Orders appear by themselves as soon as they reach this status.
order-number = Number
order-status = Status
order-created = Placed
order-created-at = placed
order-slot = Delivery
order-pieces = Items
order-total = Total
order-weight = Weight
order-volume = Volume

# An order
pack-button = Ready to ship
pack-hint = Couriers see it at once.
pack-refused-title = The status has not changed
pack-refused = Someone was faster: the order is now “{ $status }”.
pack-refused-unknown = Someone was faster: the order's status has changed.
flash-packed = Order { $what } is ready to ship.
picks-title = Pick list
picks-unknown = The catalogue does not answer now, so the pick list is not shown. Reload the page in a minute.
picks-empty = Nothing is set aside for this order.
picks-warehouse = Warehouse { $code }
pick-shelf = Shelf
pick-component = Component
pick-quantity = Pieces
pick-taken = Taken
pick-no-shelf = no place
print = Print
lines-title = Order lines
sum-delivery = Delivery
sum-total = Total
history-title = History
actor-customer = customer
actor-employee = employee
actor-courier = courier
actor-payment = payment provider
actor-system = system

# Stock
stock-title = Stock in the warehouses
stock-search = Article number or name
stock-search-hint = Hinge, HNG-110…
stock-warehouse = Warehouse
stock-empty = Nothing found
stock-place = Place
stock-on-hand = On the shelf
stock-reserved = Reserved
stock-free = Free
stock-correct = Correct
stock-delta = How many to add or take away
stock-delta-wrong = Give a whole number with its sign: 5 adds, −2 takes away
stock-reason = Reason
stock-reason-hint = Recount, damage…
stock-reason-missing = Name the reason in three letters or more
stock-component-unknown = The component was not found, reload the page
stock-save = Save
stock-refused = The stock has not changed
flash-corrected = The stock of { $what } has been corrected.

# Audit
audit-title = Audit log
audit-verify = Check integrity
audit-intact = The log is intact
audit-checked = { $n ->
    [one] { $n } entry checked.
   *[other] { $n } entries checked.
}
audit-head = Fingerprint of the last one:
audit-broken = The log was changed behind the system's back
audit-broken-at = The first difference is entry no. { $seq }.
audit-empty = No entries found
audit-at = When
audit-actor = Who
audit-action = What
audit-subject = Of what
audit-details = Details
audit-source = source
audit-order = Order: { $status }
audit-session-opened = Sign-in
audit-session-refused = Sign-in refused
audit-session-closed = Sign-out
audit-courier-signed-in = Courier sign-in
audit-courier-refused = Courier sign-in refused
audit-stock-corrected = Stock corrected
audit-assortment-create = Assortment: created
audit-assortment-change = Assortment: changed
audit-assortment-delete = Assortment: deleted
audit-assortment-restore = Assortment: restored
audit-toggles-changed = Toggles changed

# Toggles
toggles-title = Feature toggles
toggles-version = Version { $version } is in force.
toggles-lead = A change comes into force in the services within seconds, without a restart.
toggles-empty = There are no toggles yet
toggles-empty-text = Until there are, everything works as it is written in the program.
toggles-refused = The toggles have not changed
toggles-stale-title = The toggles have not changed: someone was faster
toggles-stale = Version { $version } is in force now and shown below. Check it and make your change again.
toggles-kept = The definitions you entered, to compare
toggles-unknown = There is no such toggle any more
toggles-bad-key = A name is 1 to 100 Latin letters, digits and signs without spaces
toggles-key-taken = There is a toggle with this name
toggles-bad-cohort = “{ $cohort }” cannot be a cohort's name: up to 32 lower-case Latin letters, digits and hyphens
toggles-cohort-twice = The cohort “{ $cohort }” is named twice
toggles-bad-share = A share is a whole number from 0 to 100
toggles-shares-total = The shares add up to { $total } %, and must to 100 %
toggles-not-json = The definitions are not JSON: an error in line { $line }
toggles-reason = Reason
toggles-reason-missing = Name the reason in three letters or more
toggles-whole = All definitions as JSON (flagd's format)
toggles-definitions = Definitions
toggles-replace = Replace all
toggles-change = Version { $version }:
toggle-key = Name
toggle-state = State
toggle-on = on
toggle-off = off
toggle-default = Default
toggle-cohorts = Cohorts
toggle-shares = Shares of the others
toggle-share = Share of the others, %
toggle-variant = Variant { $variant }
toggle-change = Change
toggle-rule-of-its-own = a rule of its own, changed in JSON
toggle-save = Save
toggle-remove = Remove
toggle-new = New toggle
toggle-new-hint = With the variants on and off, off for everybody. Other variants are given in JSON.
toggle-add = Add
flash-toggles-changed = Version { $what } of the toggles is in force.
