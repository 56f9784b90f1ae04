//! Tests of the whole pipeline: from the files of a site to the generated code and the mistakes it reports.

mod case;
mod site;

mod golden;
mod matcher;
mod mistakes;

mod conflicts;
mod documented;
mod hostile;
mod order;
mod vectors;
