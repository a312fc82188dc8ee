/// A point on the earth, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    latitude: f64,
    longitude: f64,
}

/// Latitude or longitude is not on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a latitude is between -90 and 90 degrees, a longitude between -180 and 180")]
pub struct PlaceError;

impl Place {
    /// A point by degrees.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, PlaceError> {
        if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
            Ok(Self { latitude, longitude })
        } else {
            Err(PlaceError)
        }
    }

    /// Metres along the great circle of a sphere of the earth's mean radius: off by at most 0.6 %, which is less than
    /// roads differ from it.
    pub fn metres_to(self, other: Self) -> f64 {
        const MEAN_RADIUS: f64 = 6_371_008.8;
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_lat = ((to - from) / 2.0).sin();
        let half_lon = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let haversine = half_lat.powi(2) + from.cos() * to.cos() * half_lon.powi(2);
        // Rounding can take antipodes a hair above 1.
        2.0 * MEAN_RADIUS * haversine.min(1.0).sqrt().asin()
    }
}
