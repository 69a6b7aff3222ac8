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

nav-findings = Findings
nav-assets = Your systems
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
refusal-too-often-title = That was too often
refusal-too-often-text = Wait a minute, then try again.
refusal-failed-title = Something went wrong on our side
refusal-failed-text = Try again in a minute. Nothing that you sent earlier is lost.
