#if AVX512
    import Kernels
#endif

/// `target += Σ_terms value · source[offset...]` over `runs` runs of `vectors` vectors, term after term.
///
/// - Parameters:
///   - runs, vectors: at most twelve vectors in all, which stay in registers; one run of up to twelve
///     vectors, or up to five runs.
///   - sourceRun, targetRun: floats from one run to the next.
@inline(never)
func addWeighted(
    runs: Int, vectors: Int, _ terms: UnsafePointer<WeightedOffset>, _ count: Int, source: Floats,
    sourceRun: Int, target: Floats, targetRun: Int
) {
    switch (runs, vectors) {
    case (1, 1):
        add(InlineArray<1, InlineArray<1, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 1):
        add(InlineArray<2, InlineArray<1, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (3, 1):
        add(InlineArray<3, InlineArray<1, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (4, 1):
        add(InlineArray<4, InlineArray<1, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (5, 1):
        add(InlineArray<5, InlineArray<1, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 2):
        add(InlineArray<1, InlineArray<2, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 2):
        add(InlineArray<2, InlineArray<2, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (3, 2):
        add(InlineArray<3, InlineArray<2, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (4, 2):
        add(InlineArray<4, InlineArray<2, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (5, 2):
        add(InlineArray<5, InlineArray<2, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 3):
        add(InlineArray<1, InlineArray<3, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 3):
        add(InlineArray<2, InlineArray<3, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (3, 3):
        add(InlineArray<3, InlineArray<3, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (4, 3):
        add(InlineArray<4, InlineArray<3, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 4):
        add(InlineArray<1, InlineArray<4, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 4):
        add(InlineArray<2, InlineArray<4, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (3, 4):
        add(InlineArray<3, InlineArray<4, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 5):
        add(InlineArray<1, InlineArray<5, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 5):
        add(InlineArray<2, InlineArray<5, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 6):
        add(InlineArray<1, InlineArray<6, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (2, 6):
        add(InlineArray<2, InlineArray<6, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 7):
        add(InlineArray<1, InlineArray<7, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 8):
        add(InlineArray<1, InlineArray<8, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 9):
        add(InlineArray<1, InlineArray<9, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 10):
        add(InlineArray<1, InlineArray<10, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 11):
        add(InlineArray<1, InlineArray<11, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    case (1, 12):
        add(InlineArray<1, InlineArray<12, Lanes>>.self, terms, count, source, sourceRun, target, targetRun)
    default: preconditionFailure("a block of \(runs) runs of \(vectors) vectors does not fit the registers")
    }
}

private func add<let runs: Int, let vectors: Int>(
    _: InlineArray<runs, InlineArray<vectors, Lanes>>.Type, _ terms: UnsafePointer<WeightedOffset>,
    _ count: Int, _ source: Floats, _ sourceRun: Int, _ target: Floats, _ targetRun: Int
) {
    let width = Lanes.scalarCount
    var sums = InlineArray<runs, InlineArray<vectors, Lanes>>(
        repeating: InlineArray<vectors, Lanes>(repeating: .zero))
    for run in 0..<runs {
        for at in 0..<vectors { sums[run][at] = target.vector(run * targetRun + at * width) }
    }
    for term in 0..<count {
        let window = source + Int(terms[term].offset)
        let value = Lanes(repeating: terms[term].value)
        for run in 0..<runs {
            for at in 0..<vectors {
                sums[run][at] = sums[run][at].addingProduct(
                    value, window.vector(run * sourceRun + at * width))
            }
        }
    }
    for run in 0..<runs {
        for at in 0..<vectors { target.store(sums[run][at], run * targetRun + at * width) }
    }
}
