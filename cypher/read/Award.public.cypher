// Whether everybody may see an award; its holder decides.
// index: none, one node
RETURN parent.shown
