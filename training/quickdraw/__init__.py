"""Google's Quick, Draw! data set (CC BY 4.0): its catalog, its file formats and its download."""
