# What holders of mandates see, and what givers see of that.
mandate-seen-title = What { $holder } sees of you
mandate-seen-text = These are the findings that { $holder } sees by its mandate, as it sees them. It also sees your systems, as far as the mandate goes. Take the mandate back, and it sees nothing more from that moment on.
mandate-seen-link = What it sees
customers-text = What is open, as far as each mandate goes. The newest { $count } findings of a customer are counted.
customers-open = Open findings
customers-oldest = Told since
customers-repeated = Told more than once
customers-none = None
customers-more = and more

mandated-title = Findings of all customers
mandated-text = What the organisations that you act for were told, as far as each mandate goes.
mandated-link = Findings of all customers
mandated-customers = To your customers
mandated-more-customers = You act for more than { $count } organisations. Without a chosen customer you see the first { $count } by name.
mandated-more-to-choose = The form lets you choose from the first { $count } customers by name. Your page of customers leads to the findings of each of them.
mandated-threat = What
mandated-order-oldest = Told longest ago first
mandated-empty-text = No findings of your customers match this.
mandated-bulk-text = What you choose here stands in the history of each customer, under the name of your organisation.
