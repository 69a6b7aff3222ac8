# Pages for everybody.
public-home-title = We warn organisations about weak and abused systems
public-home-text = You received a message from us, or you want to receive messages about your own systems.
public-accessibility-title = Accessibility
public-accessibility-text = Everybody must be able to use these pages.
