# What the desk can see and what not.
coverage-title = What we see, and what not
coverage-not-safe-title = No message does not mean that you are safe
coverage-not-safe-text = We only know what our sources report to us. What they do not look at, we do not see.
coverage-own = Your systems
coverage-own-no-addresses = You have not proved any addresses, networks or AS numbers yet. Does a source see something at an IP address of yours? It reaches you only if a name of yours stands with it.
coverage-own-no-names = You have not proved any domains or names yet. Does a source see something at a name or an e-mail address of yours? It does not reach you.
coverage-own-parts-of-names = Of names you have only proved web addresses or e-mail domains. Does a source see something elsewhere at these names, or at another name of yours? It does not reach you.
coverage-own-claimed = { $count ->
    [one] One system is not proved yet. No messages are sent about it.
   *[other] { $count } systems are not proved yet. No messages are sent about them.
}
coverage-own-assets = Your systems
coverage-sources = Our sources
coverage-sources-text = Most sources do not want to be named. We count what they reported to us in the last { $days } days.
coverage-sources-none = No sources are connected. We see nothing.
coverage-source = Source
coverage-source-unnamed = A source that is not named
coverage-last = Last report
coverage-types = Kinds of reports
coverage-never = None yet
coverage-seen = What was reported to us
coverage-seen-text = In the last { $days } days we received reports about this. A report covers what its source looks at, not every system.
coverage-seen-none = In the last { $days } days we received no reports of a kind that we know by name.
coverage-threat = What
coverage-role = Meaning
coverage-own-tables = { $count ->
    [one] One more list came in, of a kind that we describe ourselves.
   *[other] { $count } more lists came in, of kinds that we describe ourselves.
}
coverage-unseen = What we do not see
coverage-unseen-text = Look at these yourself, or ask your supplier to do so.
coverage-unseen-inside = Inside your network: our reports are about what can be seen from the internet.
coverage-unseen-silent = Systems that did not answer at the moment when a source looked.
coverage-unseen-six = IPv6 addresses that are on no list: there are too many to try all of them.
coverage-unseen-unknown = Weaknesses that nobody knows yet, or that cannot be seen from outside.
coverage-unseen-threats = We can handle reports about this. We received none in the last { $days } days:
public-home-coverage-link = What we see, and what not
nav-coverage = What we see
desk-source-named = Everybody may know the name of this source: it stands on the page about what we see.
desk-source-not-named = The name of this source is not told to anybody outside the desk.
desk-source-name = Name it on the page about what we see
desk-source-name-not = Do not name it any more
