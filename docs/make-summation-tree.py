"""Draws docs/summation-tree.svg: how the shards' gradients are added, whoever computes them."""

W, H, TOP = 840, 330, 60
xs = [60 + i * 100 for i in range(8)]
out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="sans-serif" font-size="14">',
       f'<rect width="{W}" height="{H}" fill="white"/>']


def node(x, y, text, fill="#e8eef7"):
    out.append(f'<circle cx="{x}" cy="{y}" r="19" fill="{fill}" stroke="#345"/>')
    out.append(f'<text x="{x}" y="{y + 5}" text-anchor="middle" fill="#123">{text}</text>')


def line(x1, y1, x2, y2):
    out.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#789" stroke-width="1.5"/>')


y = [250, 190, 130, 70]
level = xs
for depth in range(3):
    above = [(level[i] + level[i + 1]) / 2 for i in range(0, len(level), 2)]
    for i, x in enumerate(level):
        line(x, y[depth], above[i // 2], y[depth + 1])
    level = above
level = xs
for depth in range(4):
    for i, x in enumerate(level):
        node(x, y[depth], f"g{i}" if depth == 0 else "+", "#fff3d6" if depth == 0 else "#e8eef7")
    level = [(level[i] + level[i + 1]) / 2 for i in range(0, len(level) - 1, 2)]
out.append(f'<text x="{W / 2}" y="28" text-anchor="middle" font-size="16" font-weight="bold">'
           "One batch = 8 shards, one tree of additions; ranks only decide who does which</text>")
for ranks, row in ((2, 288), (3, 306), (4, 324)):
    for r in range(ranks):
        a, b = r * 8 // ranks, (r + 1) * 8 // ranks - 1
        out.append(f'<line x1="{xs[a] - 30}" y1="{row - 4}" x2="{xs[b] + 30}" y2="{row - 4}" stroke="#567" '
                   'stroke-width="2"/>')
        out.append(f'<rect x="{(xs[a] + xs[b]) / 2 - 40}" y="{row - 14}" width="80" height="16" fill="white"/>')
        out.append(f'<text x="{(xs[a] + xs[b]) / 2}" y="{row}" text-anchor="middle" font-size="12">'
                   f"rank {r} of {ranks}</text>")
out.append("</svg>")
open(__file__.replace("make-summation-tree.py", "summation-tree.svg"), "w").write("\n".join(out) + "\n")
