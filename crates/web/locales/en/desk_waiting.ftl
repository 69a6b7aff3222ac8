# What is decided about a finding that waits.
desk-waiting-nobody = Nobody
desk-waiting-assign = Save
desk-waiting-own = From now on it belongs to this organisation
desk-waiting-asset-hint = Only to say that it is no longer held by whom it was registered.
desk-waiting-close = It is no longer held by them
desk-waiting-false-alarm = What you confirm here is counted for the source, without names.
desk-waiting-confirm = It was a false alarm
desk-waiting-refute = It is so after all
desk-waiting-helped = They were helped
desk-finding-done-assigned = Saved.
desk-finding-done-owned = Registered. Open findings are matched again, and the new owner is told.
desk-finding-done-closed = It is no longer held. Open findings are matched again.
desk-finding-done-confirmed = Counted as a false alarm.
desk-finding-done-refuted = It stays a finding.
desk-finding-done-helped = Noted.
desk-source-false-alarms = False alarms
desk-source-false-alarms-text = What recipients called a false alarm and the desk confirmed, by threat. Tell the source; it names nobody.
