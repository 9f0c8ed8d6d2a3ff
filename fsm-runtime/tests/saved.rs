//! `saved!`, which generated code has around what snapshots hold: the items are the same with and without the feature.

fsm_runtime::saved! {
    Serialize Deserialize;
    /// What is measured.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Measured {
        /// A float.
        #[saved(with = "::fsm_runtime::float")]
        #[rust(doc(alias = "weight"))]
        pub load: f64,
        /// Something that the user does not want.
        #[rust(cfg(any()), doc(hidden))]
        pub unwanted: u8,
        /// Anything else.
        pub count: u8,
    }
}

fsm_runtime::saved! {
    Serialize Deserialize;
    /// What waits.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum Waiting {
        /// An event with a float.
        Measured {
            /// The float.
            #[saved(with = "::fsm_runtime::float")]
            load: f64,
            /// Its number.
            number: u8,
        },
        /// One without.
        Reset,
    }
}

#[test]
fn attributes_stand_where_they_belong() {
    let measured = Measured { load: 0.5, count: 1 };
    assert_eq!(format!("{measured:?}"), "Measured { load: 0.5, count: 1 }");
    let waiting = [Waiting::Measured { load: 0.5, number: 1 }, Waiting::Reset];
    assert_eq!(format!("{waiting:?}"), "[Measured { load: 0.5, number: 1 }, Reset]");
}
