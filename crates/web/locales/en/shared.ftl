# Words that are on every page, or belong to a part of pages.
shared-skip = Skip to the content
shared-other-language = Nederlands
shared-sign-in = Sign in
shared-sign-out = Sign out
shared-nav = Main menu
shared-aside = Also on this page
shared-about = About this website
shared-check = Is this message real?
shared-contact = Contact
shared-accessibility = Accessibility
shared-theme = Appearance
shared-theme-system = Like my device
shared-theme-light = Light
shared-theme-dark = Dark
shared-optional = not required
shared-error = Error
shared-actions = What you can do
shared-pages = Pages of this list
shared-previous = Previous
shared-next = Next
shared-tabs = Parts
shared-chart-table = Numbers as a table
shared-chart-label = What
shared-home = To the first page
shared-errors-title = Something is not right yet

nav-overview = Overview
nav-findings = Findings
nav-assets = Your systems
nav-programmes = Programmes
nav-desk = Desk

# Why a page does not come.
refusal-not-found-title = This page is not here
refusal-not-found-text = The address is wrong, the page is gone, or it is not for you. Check the address, or go to the first page.
refusal-sign-in-title = Please sign in
refusal-sign-in-text = This page is for people who signed in.
refusal-prove-title = Please show again that it is you
refusal-prove-text = What you want to do needs your passkey or code once more.
refusal-forbidden-title = Your role does not allow this
refusal-forbidden-text = Ask an administrator of your organisation for another role.
refusal-bad-title = We could not read what was sent
refusal-bad-text = Go back, load the page again and try once more.
refusal-conflict-title = Somebody else changed this
refusal-conflict-text = Go back, load the page again and look at what changed. Then make your change once more.
refusal-full-title = That is too much
refusal-full-text = An organisation has at most 100,000 systems, 500 groups and 100 contacts. Nothing has changed. Remove what you no longer have, or contact us.
refusal-too-often-title = That was too often
refusal-too-often-text = Wait a minute, then try again.
refusal-failed-title = Something went wrong on our side
refusal-failed-text = Try again in a minute. Nothing that you sent earlier is lost.

# The session is about to end, or has ended.
session-idle-title = You are about to be signed out
session-idle-text = You have not used this website for a while. In 5 minutes you are signed out. Do you want to go on?
session-length-title = You have been signed in for almost 12 hours
session-length-text = Within 5 minutes you are signed out, whatever you do. Send or save what you typed now. After that you can sign in again.
session-ended-title = You are signed out
session-ended-text = What you typed is still on this page. Sign in in a new tab and come back to this one. Then send what you typed.
session-stay = Stay signed in
session-close = Close
again-title = You were signed out
again-text = We have not taken in what you sent: you were signed out before you sent it. Nothing that you typed is lost.
again-first = Sign in again, in a new tab:
again-sign-in = Sign in (opens in a new tab)
again-then = Come back to this tab, and send what you typed once more.
again-send = Send once more
